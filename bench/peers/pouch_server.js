// SPDX-License-Identifier: AGPL-3.0-or-later
// express-pouchdb over LevelDB, filled before it listens: DIR PORT RECORDS
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');

const [,, dir, port, records] = process.argv;
const BATCH = 1000;

async function main() {
  fs.mkdirSync(dir, {recursive: true});
  const PouchDB = require('pouchdb').defaults({prefix: dir + path.sep});
  const app = require('express')();
  const options = {mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: os.devNull};
  app.use('/', require('express-pouchdb')(PouchDB, options));
  const db = new PouchDB('cases');
  let batch = [];
  for await (const line of readline.createInterface({input: fs.createReadStream(records)})) {
    const {id, ...rest} = JSON.parse(line);
    batch.push({_id: id, ...rest});
    if (batch.length === BATCH) {
      await db.bulkDocs(batch);
      batch = [];
    }
  }
  await db.bulkDocs(batch);
  app.listen(Number(port), '127.0.0.1');
}

main().catch(error => { console.error(error); process.exit(1); });

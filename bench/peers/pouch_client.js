// SPDX-License-Identifier: AGPL-3.0-or-later
// Does the steps of bench/peers/steps.py with one local database: NEAR FAR DIR CHANGES
const readline = require('readline');
const PouchDB = require('pouchdb');

const [,, nearUrl, farUrl, dir, changes] = process.argv;
const count = Number(changes);
const near = new PouchDB(nearUrl, {skip_setup: true});
const far = new PouchDB(farUrl, {skip_setup: true});
const local = new PouchDB(dir);

async function touch(db, skip, limit = count) {
  const {rows} = await db.allDocs({limit, skip, include_docs: true});
  await db.bulkDocs(rows.map(row => ({...row.doc, raw_status: 'x' + Math.random()})));
}

function expect(result) {
  if (result.docs_written !== count) throw new Error(`${result.docs_written} documents moved`);
}

const steps = {
  'first-load': async () => { await local.replicate.from(near, {batch_size: 1000}); },
  'nothing-new': async () => { await local.replicate.from(far); await local.replicate.to(far); },
  'change-there': () => touch(near, 0),
  'changes-down': async () => { expect(await local.replicate.from(far)); },
  'change-here': () => touch(local, count),
  'changes-up': async () => { expect(await local.replicate.to(far)); },
  // A replication is known by its address: leave a checkpoint at the far one before it is measured.
  // Both ends have the same, so one document is enough; comparing all of them would take an hour.
  'meet': async () => {
    const [there, here] = [await near.info(), await local.info()];
    await touch(near, 2 * count, 1);
    await local.replicate.from(far, {since: there.update_seq});
    await touch(local, 2 * count + 1, 1);
    await local.replicate.to(far, {since: here.update_seq});
  },
};

async function main() {
  for await (const line of readline.createInterface({input: process.stdin})) {
    const begun = process.hrtime.bigint();
    await steps[line.trim()]();
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
    console.log(JSON.stringify({seconds}));
  }
}

main().catch(error => { console.error(error); process.exit(1); });

// Appends numbered events to a store, batch after batch, and says of each batch when it is acknowledged, until it is killed.
// node appender.mjs FILE FROM ROWS: FROM is the number of the first event, ROWS how many rows wait for each other; batches of
// different sizes overlap now and then.
import { DocumentEvent } from '../../build/js/event/document-event.js';
import { Networks } from '../../build/js/event/networks.js';
import { openStore } from '../../build/js/store/open-store.js';
import { DEFAULT_STORE_SETTINGS } from '../../build/js/store/store-settings.js';

const [file, from, rows] = process.argv.slice(2);
const networks = new Networks();
const blocks = { rows: Number(rows), fillMs: 3_600_000 };
const store = await openStore(file, networks, Number(rows) > 0 ? { ...DEFAULT_STORE_SETTINGS, blocks } : DEFAULT_STORE_SETTINGS);
process.stdout.write('open\n');
let next = Number(from);

async function sender() {
  for (;;) {
    const first = next;
    const last = first + 1 + Math.floor(Math.random() * 400);
    next = last;
    const batch = store.events.batch();
    // The last events of the batch before come again, as a shipper sends them that got no answer.
    for (let number = Math.max(0, first - 5); number < last; number++) {
      const user = number % 7 === 0 ? ['a', 'b'] : 'a';
      const document = { '@timestamp': 1_772_375_400_000 + number * 1000, 'event.id': String(number), 'user.name': user };
      batch.add(new DocumentEvent(networks, document));
    }
    const { position } = await store.events.append(batch);
    process.stdout.write(`${first} ${last} ${position}\n`);
  }
}

await Promise.all([sender(), sender(), sender()]);

// A client that is not ours (@grpc/grpc-js) calls the gateway over TLS with a token: it finds the methods by the
// contracts, gets an order in and out, reads a stream, and reads the details of an error.
// Usage: node node_client_test.cjs DEV_FOLDER PROTO_FOLDER
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const [dev, protos] = process.argv.slice(2);
const read = (...parts) => fs.readFileSync(path.join(dev, ...parts));
const profile = Object.fromEntries(
    read('profiles', 'operator').toString().trim().split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));

const definition = protoLoader.loadSync(
    ['juchu/gateway/v1/gateway_service.proto', 'juchu/gateway/v1/configuration_service.proto',
      'juchu/common/v1/error.proto'],
    {includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true});
const loaded = grpc.loadPackageDefinition(definition).juchu;

const credentials = grpc.credentials.createSsl(
    read('certs', 'ca.crt'), read('certs', 'frontend.key'), read('certs', 'frontend.crt'));
const orders = new loaded.gateway.v1.GatewayService(profile.JUCHU_ADDRESS, credentials);
const configuration = new loaded.gateway.v1.ConfigurationService(profile.JUCHU_ADDRESS, credentials);

function metadata(role) {
  const result = new grpc.Metadata();
  if (role) result.set('authorization', `Bearer ${read('tokens', role).toString().trim()}`);
  return result;
}

function call(client, method, request, role = 'operator') {
  return new Promise((resolve, reject) => {
    client[method](request, metadata(role), {deadline: Date.now() + 20000},
        (error, response) => error ? reject(error) : resolve(response));
  });
}

// The reason that juchu puts into the trailer grpc-status-details-bin, read with nothing but the contract.
function reasonOf(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  assert.ok(bytes, `no details with: ${error.message}`);
  const details = definition['juchu.common.v1.StatusDetails'].deserialize(bytes);
  const any = details.details[0];
  assert.strictEqual(any.type_url, 'type.googleapis.com/google.rpc.ErrorInfo');
  return definition['juchu.common.v1.ErrorInfo'].deserialize(any.value);
}

async function refused(promise, code, reason) {
  const error = await promise.then(() => assert.fail(`not refused: ${reason}`), (e) => e);
  assert.strictEqual(error.code, code, error.message);
  const info = reasonOf(error);
  assert.strictEqual(info.reason, reason);
  return info;
}

const newOrder = (number) => ({
  shop_id: 'node-shop',
  shop_order_number: number,
  order_time: {seconds: 1795480200},
  payment_method: '',
  orderer: {name: '髙﨑 ①子', postal_code: '100-0001', address1: '東京都千代田区千代田１－１', phone: '03-1234-5678'},
  orderer_mail: 'ko@example.jp',
  deliveries: [{
    recipient: {name: '髙﨑 ①子', postal_code: '1000001', address1: '東京都千代田区千代田１－１'},
    items: [{product_code: 'ソ-1', product_name: '表～能', unit_price_yen: 500, quantity: 2}],
  }],
  amounts: {goods_yen: 1000, total_yen: 1000},
});

async function main() {
  await call(configuration, 'CreateShop', {
    shop: {shop_id: 'node-shop', name: '店', mall: 'OWN_SITE'}, request_id: crypto.randomUUID(),
  }, 'admin');

  const created = await call(orders, 'CreateOrders', {orders: [newOrder('N-1'), newOrder('N-2')]});
  assert.deepStrictEqual(created.outcomes.map((o) => o.result), ['CREATED', 'CREATED']);
  const number = created.outcomes[0].order_number;

  const order = await call(orders, 'GetOrder', {order_number: number}, 'viewer');
  assert.strictEqual(order.orderer.name, '髙﨑 ①子');
  assert.strictEqual(order.deliveries[0].items[0].product_name, '表～能');
  assert.strictEqual(order.mode, 'AUTO');

  const found = await call(orders, 'SearchOrders', {query: {shop_order_numbers: ['N-1', 'N-2']}, page_size: 1});
  assert.strictEqual(found.orders.length, 1);
  assert.ok(found.next_page_token);
  const next = await call(orders, 'SearchOrders',
      {query: {shop_order_numbers: ['N-1', 'N-2']}, page_size: 1, page_token: found.next_page_token});
  assert.notStrictEqual(next.orders[0].order_number, found.orders[0].order_number);

  const request_id = crypto.randomUUID();
  const change = {order_number: number, status: 'SHIPPING', request_id};
  const first = await call(orders, 'ChangeOrderStatus', change);
  assert.strictEqual(first.status, 'SHIPPING');
  assert.strictEqual(first.mode, 'MANUAL');
  assert.deepStrictEqual(await call(orders, 'ChangeOrderStatus', change), first);

  const parts = await new Promise((resolve, reject) => {
    const seen = [];
    const stream = orders.BulkUpdateOrders({
      orders: {order_numbers: created.outcomes.map((o) => o.order_number)},
      changes: {forced_allocation: false, mode: 'AUTO'}, dry_run: true, request_id: crypto.randomUUID(),
    }, metadata('operator'), {deadline: Date.now() + 20000});
    stream.on('data', (part) => seen.push(part)).on('error', reject).on('end', () => resolve(seen));
  });
  assert.strictEqual(parts.filter((p) => p.outcome).length, 2);
  assert.strictEqual(parts.at(-1).summary.dry_run, true);

  const key = await refused(call(orders, 'SearchOrders', {query: {orderer_name: '髙'}}), grpc.status.INVALID_ARGUMENT,
      'SEARCH_KEY_REQUIRED');
  assert.ok(key.metadata.remedy);
  await refused(call(orders, 'GetOrder', {order_number: number}, null), grpc.status.UNAUTHENTICATED, 'TOKEN_MISSING');
  await refused(call(orders, 'ChangeOrderStatus', {...change, request_id: crypto.randomUUID()}, 'viewer'),
      grpc.status.PERMISSION_DENIED, 'ROLE_TOO_LOW');
  await refused(call(orders, 'GetOrder', {order_number: '0000000000000000'}), grpc.status.NOT_FOUND, 'ORDER_NOT_FOUND');
  console.log('node_client_test: all passed');
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});

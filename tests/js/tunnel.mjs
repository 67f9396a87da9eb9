// A proxy that tunnels, as HTTPS_PROXY names one.

import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

/** Starts one on a free port; `tunnels` gets the address that each CONNECT asks for. */
export async function startTunnel() {
  const tunnels = [];
  const proxy = http.createServer().on('connect', ({ url }, client) => {
    tunnels.push(url);
    const [host, port] = url.split(':');
    const server = net.connect(port, host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      one.pipe(other);
      one.on('error', () => other.destroy());
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { url: `http://127.0.0.1:${proxy.address().port}`, tunnels, stop: () => proxy.close() };
}

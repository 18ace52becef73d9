// Tests only: every connection leads to the address and port in DIAL, as with `curl --connect-to`.
'use strict';

const net = require('node:net');

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (options, ...more) {
  const [host, port] = process.env.DIAL.split(':');
  // What TLS checks is the name in the options, which stay as they are.
  return connect.call(this, { ...options, host, port: Number(port) }, ...more);
};

// Tests only: every name leads to the address in DIAL, as a hosts file would have it.
'use strict';

const dns = require('node:dns');

dns.lookup = (_host, options, callback) => {
  const done = callback ?? options;
  const address = process.env.DIAL;
  if (typeof options === 'object' && options.all) done(null, [{ address, family: 4 }]);
  else done(null, address, 4);
};

import { embedded } from './embedded.js';
import { fallBackTo } from './source.js';

// Where a tool moved the code and left the files behind, the parts are in the code.
fallBackTo(embedded);

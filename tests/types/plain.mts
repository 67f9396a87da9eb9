// Without the types of the DOM and of Node.js.

import { signRequest } from 'duo-sign';

signRequest('GET', 'h', '/', { a: 1 }, undefined, { ikey: 'a', skey: 'b' });

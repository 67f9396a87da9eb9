import duoSign = require('duo-sign');

const keys = { ikey: 'a', skey: 'b' };
const signed: duoSign.SignedRequest = duoSign.signRequest('GET', 'h', '/', {}, undefined, keys);
export = signed;

import duoSign = require('duo-sign');
import duoClient = require('duo-sign/client');
import duoSignInJs = require('duo-sign/js');

const keys = { ikey: 'a', skey: 'b' };
const signed: duoSign.SignedRequest = duoSign.signRequest('GET', 'h', '/', {}, undefined, keys);
new duoClient.DuoClient({ ...keys, host: 'h' });
new duoSignInJs.Signer(keys).dispose();
export = signed;

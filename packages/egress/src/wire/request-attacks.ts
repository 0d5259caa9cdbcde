/**
 * Requests that two programs may read in two ways, or that this proxy does not forward, each with the code of the fault
 * it must meet. One table for the parser's own test and for the test over a socket.
 */
export interface RequestAttack {
  readonly name: string;
  readonly bytes: string;
  readonly fault: string;
}

const host = 'Host: shop\r\n';
const get = `GET http://shop/ HTTP/1.1\r\n${host}`;
const post = `POST http://shop/ HTTP/1.1\r\n${host}`;
const end = '\r\n';

function attack(name: string, bytes: string, fault: string): RequestAttack {
  return { name, bytes, fault };
}

export const requestAttacks: readonly RequestAttack[] = [
  attack('folded field', `${get}X-A: 1\r\n folded\r\n${end}`, 'folded_field'),
  attack('folded first field', `GET http://shop/ HTTP/1.1\r\n Host: shop\r\n${end}`, 'folded_field'),
  attack('bare line feed in the request line', `GET http://shop/ HTTP/1.1\n${host}${end}`, 'bare_line_feed'),
  attack('bare line feed between fields', `${get}X-A: 1\nX-B: 2\r\n${end}`, 'bare_line_feed'),
  attack('bare line feeds as the end', `${get}X-A: 1\n\n`, 'bare_line_feed'),
  attack('bare carriage return in a value', `${get}X-A: 1\rX-B: 2\r\n${end}`, 'field_value'),
  attack('bare carriage return in the request line', `GET http://shop/\rHTTP/1.1\r\n${host}${end}`, 'request_line'),
  attack('space before the colon', `${post}Content-Length : 3\r\n${end}abc`, 'field_name'),
  attack('tab before the colon', `${post}Transfer-Encoding\t: chunked\r\n${end}0\r\n\r\n`, 'field_name'),
  attack('field without a name', `${get}: x\r\n${end}`, 'field_name'),
  attack('field without a colon', `${get}nonsense\r\n${end}`, 'no_colon'),
  attack('NUL in a value', `${get}X-A: a\0b\r\n${end}`, 'field_value'),
  attack('byte above ASCII in a value', `${get}X-A: \xe9\r\n${end}`, 'field_value'),
  attack('vertical tab around a value', `${post}Content-Length:\x0b3\r\n${end}abc`, 'field_value'),
  attack('two lengths', `${post}Content-Length: 3\r\nContent-Length: 4\r\n${end}abcd`, 'duplicate_field'),
  attack('the same length twice', `${post}Content-Length: 3\r\nContent-Length: 3\r\n${end}abc`, 'duplicate_field'),
  attack('list of lengths', `${post}Content-Length: 3, 3\r\n${end}abc`, 'content_length'),
  attack('signed length', `${post}Content-Length: +3\r\n${end}abc`, 'content_length'),
  attack('hexadecimal length', `${post}Content-Length: 0x3\r\n${end}abc`, 'content_length'),
  attack('length with a leading zero', `${post}Content-Length: 03\r\n${end}abc`, 'content_length'),
  attack('huge length', `${post}Content-Length: 99999999999999999999\r\n${end}`, 'content_length'),
  attack('empty length', `${post}Content-Length:\r\n${end}`, 'content_length'),
  attack(
    'length and coding',
    `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
    'length_and_coding',
  ),
  attack('two codings', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n${end}`, 'duplicate_field'),
  attack('identity coding', `${post}Transfer-Encoding: identity\r\n${end}`, 'transfer_coding'),
  attack('list of codings', `${post}Transfer-Encoding: gzip, chunked\r\n${end}`, 'transfer_coding'),
  attack('quoted coding', `${post}Transfer-Encoding: "chunked"\r\n${end}`, 'transfer_coding'),
  attack('coding with a parameter', `${post}Transfer-Encoding: chunked;x=1\r\n${end}`, 'transfer_coding'),
  attack('coding in capitals', `${post}Transfer-Encoding: Chunked\r\n${end}`, 'transfer_coding'),
  attack('length by underscore', `${post}Content_Length: 3\r\n${end}abc`, 'look_alike_field'),
  attack('coding by underscore', `${post}Transfer_Encoding: chunked\r\n${end}`, 'look_alike_field'),
  attack('body of a GET', `${get}Content-Length: 3\r\n${end}abc`, 'unexpected_body'),
  attack(
    'chunked body of a HEAD',
    `HEAD http://shop/ HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
    'unexpected_body',
  ),
  attack(
    'body of a CONNECT',
    `CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\nContent-Length: 3\r\n${end}abc`,
    'unexpected_body',
  ),
  attack('HTTP/0.9', 'GET http://shop/\r\n\r\n', 'request_line'),
  attack('HTTP/1.0', `GET http://shop/ HTTP/1.0\r\n${host}${end}`, 'version'),
  attack('HTTP/1.2', `GET http://shop/ HTTP/1.2\r\n${host}${end}`, 'version'),
  attack('HTTP in lower case', `GET http://shop/ http/1.1\r\n${host}${end}`, 'version'),
  attack('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'version'),
  attack('a TLS handshake', '\x16\x03\x01\x00\x05hello\r\n\r\n', 'request_line'),
  attack('two spaces in the request line', `GET  http://shop/ HTTP/1.1\r\n${host}${end}`, 'request_line'),
  attack('tab in the request line', `GET\thttp://shop/ HTTP/1.1\r\n${host}${end}`, 'request_line'),
  attack('space at the end of the request line', `GET http://shop/ HTTP/1.1 \r\n${host}${end}`, 'request_line'),
  attack('empty line first', `\r\n${get}${end}`, 'empty_line'),
  attack('method in lower case', `get http://shop/ HTTP/1.1\r\n${host}${end}`, 'method'),
  attack('method with a colon', `GET: http://shop/ HTTP/1.1\r\n${host}${end}`, 'method'),
  attack('TRACE', `TRACE http://shop/ HTTP/1.1\r\n${host}${end}`, 'trace'),
  attack('no Host', 'GET http://shop/ HTTP/1.1\r\n\r\n', 'no_host'),
  attack('two Hosts', `${get}Host: shop\r\n${end}`, 'duplicate_field'),
  attack('another Host', `GET http://shop/ HTTP/1.1\r\nHost: bank\r\n${end}`, 'host_mismatch'),
  attack('another port in Host', `GET http://shop/ HTTP/1.1\r\nHost: shop:81\r\n${end}`, 'host_mismatch'),
  attack('empty Host', `GET http://shop/ HTTP/1.1\r\nHost:\r\n${end}`, 'host'),
  attack('list in Host', `GET http://shop/ HTTP/1.1\r\nHost: shop, bank\r\n${end}`, 'host'),
  attack('user information', `GET http://bank@shop/ HTTP/1.1\r\n${host}${end}`, 'user_information'),
  attack('user information with a password', `GET http://a:b@shop/ HTTP/1.1\r\n${host}${end}`, 'user_information'),
  attack('fragment', `GET http://shop/#x HTTP/1.1\r\n${host}${end}`, 'fragment'),
  attack('letter above ASCII in the host', `GET http://sh\xf6p/ HTTP/1.1\r\n${host}${end}`, 'target'),
  attack('letter above ASCII in the path', `GET http://shop/\xe9 HTTP/1.1\r\n${host}${end}`, 'target'),
  attack('port zero', `GET http://shop:0/ HTTP/1.1\r\n${host}${end}`, 'port'),
  attack('port too high', `GET http://shop:65536/ HTTP/1.1\r\n${host}${end}`, 'port'),
  attack('port with a leading zero', `GET http://shop:080/ HTTP/1.1\r\n${host}${end}`, 'port'),
  attack('empty port', `GET http://shop:/ HTTP/1.1\r\n${host}${end}`, 'port'),
  attack('two ports', `GET http://shop:80:80/ HTTP/1.1\r\n${host}${end}`, 'port'),
  attack('empty host', `GET http:/// HTTP/1.1\r\n${host}${end}`, 'host'),
  attack('address as one number', `GET http://2130706433/ HTTP/1.1\r\nHost: 2130706433\r\n${end}`, 'host'),
  attack('hexadecimal address', `GET http://0x7f000001/ HTTP/1.1\r\nHost: 0x7f000001\r\n${end}`, 'host'),
  attack('octal address', `GET http://0177.0.0.1/ HTTP/1.1\r\nHost: 0177.0.0.1\r\n${end}`, 'host'),
  attack('short address', `GET http://127.1/ HTTP/1.1\r\nHost: 127.1\r\n${end}`, 'host'),
  attack(
    'address with leading zeros',
    `GET http://127.000.000.001/ HTTP/1.1\r\nHost: 127.000.000.001\r\n${end}`,
    'host',
  ),
  attack('IPv6 with a zone', `GET http://[fe80::1%25lo]/ HTTP/1.1\r\nHost: [fe80::1%25lo]\r\n${end}`, 'host'),
  attack(
    'IPv6 that is not canonical',
    `GET http://[0:0:0:0:0:0:0:1]/ HTTP/1.1\r\nHost: [0:0:0:0:0:0:0:1]\r\n${end}`,
    'host',
  ),
  attack('path above the root', `GET http://shop/a/../../b HTTP/1.1\r\n${host}${end}`, 'path'),
  attack('encoded slash beside dots', `GET http://shop/a/..%2fb HTTP/1.1\r\n${host}${end}`, 'path'),
  attack('backslash', `GET http://shop/a\\b HTTP/1.1\r\n${host}${end}`, 'path'),
  attack('path parameters', `GET http://shop/a/..;/b HTTP/1.1\r\n${host}${end}`, 'path'),
  attack('broken encoding in the query', `GET http://shop/?q=%zz HTTP/1.1\r\n${host}${end}`, 'query'),
  attack('origin-form at the proxy', `GET / HTTP/1.1\r\n${host}${end}`, 'target_form'),
  attack('asterisk-form', `OPTIONS * HTTP/1.1\r\n${host}${end}`, 'target_form'),
  attack('another scheme', `GET ftp://shop/ HTTP/1.1\r\n${host}${end}`, 'target_form'),
  attack('plain request to port 443', `GET http://shop:443/ HTTP/1.1\r\nHost: shop:443\r\n${end}`, 'plain_on_tls_port'),
  attack('Upgrade', `${get}Connection: Upgrade\r\nUpgrade: websocket\r\n${end}`, 'upgrade'),
  attack('Upgrade alone', `${get}Upgrade: h2c\r\n${end}`, 'upgrade'),
  attack('Connection that drops the Host', `${get}Connection: close, host\r\n${end}`, 'connection_option'),
  attack('another method in a field', `${post}X-HTTP-Method-Override: DELETE\r\n${end}`, 'method_override'),
  attack('another method by underscores', `${post}X_HTTP_Method: DELETE\r\n${end}`, 'method_override'),
  attack(
    'another method in the query',
    `GET http://shop/?a=1&%5FMethod=DELETE HTTP/1.1\r\n${host}${end}`,
    'method_override',
  ),
  attack(
    'another method behind a semicolon',
    `POST http://shop/?a=1;_HttpMethod=PATCH HTTP/1.1\r\n${host}${end}`,
    'method_override',
  ),
  attack('another address in a field', `${get}X-Original-URL: /admin\r\n${end}`, 'address_override'),
  attack('another address by underscores', `${get}X_Rewrite_URL: /admin\r\n${end}`, 'address_override'),
  attack('unknown expectation', `${post}Expect: 200-maybe\r\nContent-Length: 1\r\n${end}a`, 'expectation'),
  attack('announced trailers', `${post}Transfer-Encoding: chunked\r\nTrailer: X-A\r\n${end}`, 'trailers'),
  attack('CONNECT without a port', `CONNECT shop HTTP/1.1\r\nHost: shop\r\n${end}`, 'port'),
  attack('CONNECT with another Host', `CONNECT shop:80 HTTP/1.1\r\nHost: bank:80\r\n${end}`, 'host_mismatch'),
  attack('too many fields', `${get}${'X-A: 1\r\n'.repeat(120)}${end}`, 'too_many_fields'),
  attack('head too large', `${get}X-A: ${'a'.repeat(40_000)}\r\n${end}`, 'head_too_large'),
  attack('target too long', `GET http://shop/${'a'.repeat(9_000)} HTTP/1.1\r\n${host}${end}`, 'target_too_long'),
];

const chunked = `${post}Transfer-Encoding: chunked\r\n${end}`;

/** Attacks whose head is in order. They meet their fault while the body is on its way, so nothing after it is read. */
export const bodyAttacks: readonly RequestAttack[] = [
  attack('chunk extension', `${chunked}3;x=1\r\nabc\r\n0\r\n\r\n`, 'chunk_size'),
  attack('chunk size with a space', `${chunked}3 \r\nabc\r\n0\r\n\r\n`, 'chunk_size'),
  attack('chunk size with a prefix', `${chunked}0x3\r\nabc\r\n0\r\n\r\n`, 'chunk_size'),
  attack('negative chunk size', `${chunked}-3\r\nabc\r\n0\r\n\r\n`, 'chunk_size'),
  attack('empty chunk size', `${chunked}\r\nabc\r\n0\r\n\r\n`, 'chunk_size'),
  attack('chunk size beyond 32 bits', `${chunked}100000003\r\nabc\r\n0\r\n\r\n`, 'chunk_size'),
  attack('chunk size ended by a bare line feed', `${chunked}3\nabc\r\n0\r\n\r\n`, 'bare_line_feed'),
  attack('chunk longer than it says', `${chunked}3\r\nabcdef\r\n0\r\n\r\n`, 'chunk_end'),
  attack('trailer', `${chunked}3\r\nabc\r\n0\r\nX-A: 1\r\n\r\n`, 'trailers'),
];

/** What is no request, or never becomes one, by what is wrong with it. */

const head = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n"
const batch = "POST /v1/operations/batch HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"

export const malformed: Readonly<Record<string, string>> = {
  "a method that there is not": "FETCH /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
  "a version that there is not": "GET /healthz HTTP/9.9\r\nhost: 127.0.0.1\r\n\r\n",
  "no host": "GET /healthz HTTP/1.1\r\n\r\n",
  "a line that is no header": `${head}nothing\r\n\r\n`,
  "a name of a header with a space": `${head}a b: c\r\n\r\n`,
  "a header with a NUL": `${head}a: b\0c\r\n\r\n`,
  "headers folded over lines": `${head}a: b\r\n c\r\n\r\n`,
  "a path with a space": "GET /healthz /x HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
  "bytes of another protocol": "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
  "a preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "headers that are too many": `${head}${Array.from({ length: 3_000 }, (_, index) => `h${index}: ${"a".repeat(20)}`).join("\r\n")}\r\n\r\n`,
  "a header that is too long": `${head}a: ${"a".repeat(40_000)}\r\n\r\n`,
  "a path that is too long": `GET /${"a".repeat(40_000)} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`,
  "two lengths": `${batch}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  "a length that is none": `${batch}content-length: two\r\n\r\n{}`,
  "a length below zero": `${batch}content-length: -2\r\n\r\n{}`,
  "a length and chunks": `${batch}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  "chunks in an encoding that there is not": `${batch}transfer-encoding: chunked, nothing\r\n\r\n0\r\n\r\n`,
  "a chunk whose size is none": `${batch}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  "a chunk that is longer than it says": `${batch}transfer-encoding: chunked\r\n\r\n1\r\n{}}}}\r\n0\r\n\r\n`,
  "a chunk whose size is too large": `${batch}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n`
}

/** What does not come to an end. */
export const unfinished: Readonly<Record<string, string>> = {
  "nothing at all": "",
  "a head": head,
  "a body": `${batch}content-length: 100\r\n\r\n{`,
  chunks: `${batch}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`
}

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A content encoding of a body. */
export type Encoding = 'br' | 'gzip';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);
// The highest quality takes a hundred times as long for a tenth less.
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** The body of a response, which is compressed at most once with each encoding. */
export class Body {
  readonly plain: Buffer;
  private readonly compressed = new Map<Encoding, Promise<Buffer>>();

  constructor(content: string | Buffer) {
    this.plain = typeof content === 'string' ? Buffer.from(content) : content;
  }

  /** Returns the compressed body. */
  compress(encoding: Encoding): Promise<Buffer> {
    let body = this.compressed.get(encoding);
    if (!body) {
      body = encoding === 'br' ? compressBrotli(this.plain, brotliOptions) : compressGzip(this.plain);
      this.compressed.set(encoding, body);
    }
    return body;
  }
}

const rendered = new WeakMap<object, Map<string, Body>>();

/**
 * Renders an answer that several requests share. It is rendered once in each form, and forgotten with the answer.
 * @param form distinguishes the renderings of an answer, such as its language
 */
export function renderOnce(answer: object, form: string, render: () => string): Body {
  let forms = rendered.get(answer);
  if (!forms) {
    forms = new Map();
    rendered.set(answer, forms);
  }
  let body = forms.get(form);
  if (!body) {
    body = new Body(render());
    forms.set(form, body);
  }
  return body;
}

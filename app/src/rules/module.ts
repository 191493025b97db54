import { RulesError } from './error.js';
import { fromJson, toJson } from './json.js';

/** What `app/rules/src/abi.rs` exports. */
type Exports = {
  memory: WebAssembly.Memory;
  /** Room for a request of so many bytes. */
  ballast_request(bytes: number): number;
  ballast_answer(): number;
} & Record<Answering, () => number>;

/** The function that answers a request, and returns the answer's length. Each module has one. */
export type Answering = 'ballast_call' | 'ballast_call_of_a_vault';

type Answer = { ok: unknown } | { error: { name: string; message: string } };

/** Calls the rules of a compiled module by name. */
export class RulesModule {
  readonly #module: WebAssembly.Module;
  readonly #answering: Answering;
  #exports: Exports;

  constructor(module: WebAssembly.Module, answering: Answering) {
    this.#module = module;
    this.#answering = answering;
    this.#exports = instantiate(module);
  }

  /** The answer to a call. Throws a {@link RulesError} where there is none. */
  call(name: string, input: unknown): unknown {
    const answer = fromJson(this.#answer(toJson({ call: name, input }))) as Answer;
    if ('error' in answer) {
      throw new RulesError(answer.error.name, answer.error.message);
    }
    return answer.ok;
  }

  #answer(request: string): string {
    try {
      return exchange(this.#exports, this.#answering, request);
    } catch (error) {
      // Whatever it was doing, its memory is no longer to be trusted.
      this.#exports = instantiate(this.#module);
      throw new RulesError('Trap', `the rules broke off; please report what you did (${String(error)})`);
    }
  }
}

function instantiate(module: WebAssembly.Module): Exports {
  return new WebAssembly.Instance(module).exports as Exports;
}

function exchange(exports: Exports, answering: Answering, request: string): string {
  const bytes = new TextEncoder().encode(request);
  const room = exports.ballast_request(bytes.length) >>> 0;
  // Not before: memory that grows is another buffer.
  new Uint8Array(exports.memory.buffer, room, bytes.length).set(bytes);
  const length = exports[answering]() >>> 0;
  return new TextDecoder().decode(new Uint8Array(exports.memory.buffer, exports.ballast_answer() >>> 0, length));
}

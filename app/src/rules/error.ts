/** Why the rules have no answer. */
export class RulesError extends Error {
  /** A name for programs, such as `PriceStale`: that of the program's error where there is one. */
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

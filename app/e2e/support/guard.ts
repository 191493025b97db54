// What no page of the app may do, whatever is tested.

import type { Page } from '@playwright/test';

/** Watches a page, and collects what it should not have done. */
export class Guard {
  readonly problems: string[] = [];
  private readonly origins = new Set<string>();
  private readonly allowed: RegExp[] = [];

  private constructor() {}

  static async watch(page: Page): Promise<Guard> {
    const guard = new Guard();
    page.on('pageerror', (error) => guard.note(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        guard.note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('request', (request) => guard.expectKnown(request.url()));
    page.on('websocket', (socket) => guard.expectKnown(socket.url()));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
        console.error(`content security policy: ${violatedDirective} forbids ${blockedURI} (${sourceFile})`);
      });
    });
    return guard;
  }

  /** Lets the page ask these addresses: its own server, and the node that its configuration names. */
  know(...urls: string[]): void {
    urls.forEach((url) => this.origins.add(new URL(url).origin));
  }

  /** Lets the page's console tell what a test provokes: browsers report every failed request as an error. */
  allow(pattern: RegExp): void {
    this.allowed.push(pattern);
  }

  private expectKnown(url: string): void {
    const { protocol, origin } = new URL(url);
    if (protocol !== 'data:' && !this.origins.has(origin)) {
      this.note(`asked a third party: ${url}`);
    }
  }

  private note(problem: string): void {
    if (!this.allowed.some((pattern) => pattern.test(problem))) {
      this.problems.push(problem);
    }
  }
}

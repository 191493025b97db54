import { Component, type ReactNode } from 'react';
import { Button, Notice } from '../ui/index.js';

type Props = {
  /** What is shown, such as a path: when it changes, what had failed is gone, and the next is tried. */
  shown: string;
  children: ReactNode;
};
type State = { error: Error | undefined };

/** Shows what went wrong in a page, and leaves the rest of the app standing. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidUpdate({ shown }: Props): void {
    if (shown !== this.props.shown && this.state.error !== undefined) {
      this.setState({ error: undefined });
    }
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) {
      return this.props.children;
    }
    return (
      <Notice
        kind="bad"
        isLive
        title="This page has failed"
        action={<Button onClick={() => this.setState({ error: undefined })}>Try again</Button>}
      >
        {error.message}
      </Notice>
    );
  }
}

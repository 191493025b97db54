import { useCallback, useEffect, useRef, useState } from 'react';
import type { Backtest } from '../../../rules/types.js';
import type { BacktestMessage, BacktestRequest } from './messages.js';

/** How far a backtest is. */
export type BacktestState =
  | { step: 'idle' }
  | { step: 'loading'; loaded: number; total: number }
  | { step: 'replaying' }
  | { step: 'done'; backtest: Backtest; toml: string }
  | { step: 'failed'; message: string };

/** A backtest in a thread of its own. */
export type BacktestRun = {
  state: BacktestState;
  /** Begins anew. */
  run: (request: BacktestRequest) => void;
  /** Ends the thread. */
  cancel: () => void;
};

/** One backtest at a time; it ends with the part of the page that shows it. */
export function useBacktest(): BacktestRun {
  const [state, setState] = useState<BacktestState>({ step: 'idle' });
  const worker = useRef<Worker>(undefined);
  const stop = useCallback(() => {
    worker.current?.terminate();
    worker.current = undefined;
  }, []);
  useEffect(() => stop, [stop]);
  const run = useCallback(
    (request: BacktestRequest) => {
      stop();
      const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      worker.current = started;
      setState({ step: 'loading', loaded: 0, total: Object.keys(request.files).length });
      const end = (last: BacktestState) => {
        setState(last);
        stop();
      };
      started.addEventListener('message', ({ data }: MessageEvent<BacktestMessage>) => {
        const next = stateOf(data, request.toml);
        return next.step === 'done' || next.step === 'failed' ? end(next) : setState(next);
      });
      started.addEventListener('error', () =>
        end({ step: 'failed', message: 'The backtester could not be started. Reload the page.' }),
      );
      started.postMessage(request);
    },
    [stop],
  );
  const cancel = useCallback(() => {
    stop();
    setState({ step: 'idle' });
  }, [stop]);
  return { state, run, cancel };
}

function stateOf(message: BacktestMessage, toml: string): BacktestState {
  switch (message.kind) {
    case 'loading':
      return { step: 'loading', loaded: message.loaded, total: message.total };
    case 'replaying':
      return { step: 'replaying' };
    case 'done':
      return { step: 'done', backtest: message.backtest, toml };
    case 'failed':
      return { step: 'failed', message: message.message };
  }
}

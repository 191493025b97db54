import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { CREATE_PATH, KEEPERS_PATH, VAULTS_PATH } from './routes.js';
import { ErrorBoundary } from './shell/error-boundary.js';
import { Frame } from './shell/frame.js';
import { NotFound } from './shell/not-found.js';
import { PageSkeleton } from './shell/page-skeleton.js';
import { VaultLayout } from './shell/vault-layout.js';
import { VaultsPage } from './pages/vaults/index.js';
import { WalletProvider } from './wallet/index.js';

const CreatePage = lazy(async () => ({ default: (await import('./pages/create/index.js')).CreatePage }));
const TransactionDock = lazy(async () => ({
  default: (await import('./transaction/index.js')).TransactionDock,
}));
const KeepersPage = lazy(async () => ({ default: (await import('./pages/keepers/index.js')).KeepersPage }));

/** What a vault's path says; `section` is read by the page that has some. */
type VaultParams = { address: string; tab: string | undefined; section: string | undefined };

/** What is asked once, such as a file; what the cluster tells is followed by `chain/`. */
const queries = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false, staleTime: Infinity } } });

/** The app, given its configuration. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <WalletProvider>
        <Router hook={useHashLocation}>
          <Frame>
            <PageBoundary>
              <Suspense fallback={<PageSkeleton />}>
                <Switch>
                  <Route path={VAULTS_PATH} component={VaultsPage} />
                  <Route path={CREATE_PATH} component={CreatePage} />
                  <Route path={KEEPERS_PATH} component={KeepersPage} />
                  <Route<VaultParams> path="/vault/:address/:tab?/:section?">
                    {({ address, tab }) => <VaultLayout key={address} address={address} tab={tab ?? 'overview'} />}
                  </Route>
                  <Route component={NotFound} />
                </Switch>
              </Suspense>
            </PageBoundary>
            <Suspense>
              <TransactionDock />
            </Suspense>
          </Frame>
        </Router>
      </WalletProvider>
    </QueryClientProvider>
  );
}

/** A page that has failed, such as by what a hostile vault says of itself, is left behind by going to another. */
function PageBoundary({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  return <ErrorBoundary shown={path}>{children}</ErrorBoundary>;
}

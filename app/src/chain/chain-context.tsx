import { createContext, useContext, type ReactNode } from 'react';
import type { Following } from './following.js';

const FollowingContext = createContext<Following | undefined>(undefined);

/** Gives the cluster to everything inside. */
export function ChainProvider({ following, children }: { following: Following; children: ReactNode }) {
  return <FollowingContext value={following}>{children}</FollowingContext>;
}

/** What pages follow, for the hooks. */
export function useFollowing(): Following {
  const following = useContext(FollowingContext);
  if (following === undefined) {
    throw new Error('a hook of the chain outside ChainProvider');
  }
  return following;
}

import { address, isAddress } from '@solana/kit';
import { useState } from 'react';
import { Button, Notice, Row, Segments, Stack, TextInput } from '../../../ui/index.js';
import type { Rules } from '../../../rules/types.js';
import type { Draft, NewAsset } from '../draft.js';
import { parseFeed, type FeedKind } from '../mints/feed.js';
import { MintFacts } from '../mints/mint-facts.js';
import { refusalOf } from '../mints/refusal.js';
import { useMint } from '../mints/use-mint.js';

type AnyMintFormProps = {
  draft: Draft;
  rules: Rules;
  onAdd: (asset: NewAsset) => void;
  onCancel: () => void;
};

const SYMBOL = /^[A-Z0-9]{1,10}$/;

/** Adds a token that the configuration does not know, by its mint's address and its price feed. */
export function AnyMintForm({ draft, rules, onAdd, onCancel }: AnyMintFormProps) {
  const [mint, setMint] = useState('');
  const [symbol, setSymbol] = useState('');
  const [kind, setKind] = useState<FeedKind>('feedId');
  const [feedText, setFeedText] = useState('');
  const found = useMint(mint);
  const feed = parseFeed(kind, feedText);
  const isRefused = found.status === 'ready' && refusalOf(found.mint, rules) !== undefined;
  const taken = draft.assets.find((asset) => asset.mint === mint || asset.symbol === symbol);
  const canAdd =
    found.status === 'ready' && !isRefused && SYMBOL.test(symbol) && feed !== undefined && taken === undefined;
  const add = () => feed !== undefined && canAdd && onAdd({ symbol, mint: address(mint), feed });
  return (
    <Stack>
      <TextInput
        label="Address of the mint"
        value={mint}
        onChange={(text) => setMint(text.trim())}
        error={mint === '' || isAddress(mint) ? undefined : 'This is not an address.'}
      />
      <MintFacts mint={mint} rules={rules} />
      <TextInput
        label="Symbol"
        value={symbol}
        onChange={(text) => setSymbol(text.trim().toUpperCase())}
        hint="What you call it: up to ten capital letters and digits. It is not what the mint says of itself, which anybody can copy."
        error={symbol === '' || SYMBOL.test(symbol) ? undefined : 'Use one to ten letters and digits.'}
      />
      <Segments
        label="How its price is published"
        value={kind}
        options={[
          { value: 'feedId', label: 'Pyth pull feed' },
          { value: 'priceAccount', label: 'Pyth push account' },
        ]}
        onChange={setKind}
      />
      <TextInput
        label={kind === 'feedId' ? 'Feed id' : 'Address of the price account'}
        value={feedText}
        onChange={setFeedText}
        hint={
          kind === 'feedId'
            ? 'Of this token in US dollars, from Pyth’s list: 64 hexadecimal digits. A wrong feed values the vault wrongly.'
            : 'Of this token in US dollars. A wrong account values the vault wrongly.'
        }
        error={feedText === '' || feed !== undefined ? undefined : wrongFeed(kind)}
      />
      {taken !== undefined && (
        <Notice kind="bad" isLive>
          {taken.symbol} is in the basket already, with this mint or this symbol.
        </Notice>
      )}
      <Row gap="small">
        <Button kind="primary" disabled={!canAdd} onClick={add}>
          Add {symbol === '' ? 'the token' : symbol}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </Row>
    </Stack>
  );
}

function wrongFeed(kind: FeedKind): string {
  return kind === 'feedId'
    ? 'A feed id has 64 hexadecimal digits, with 0x before them or not.'
    : 'This is not an address.';
}

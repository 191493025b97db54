import { useState } from 'react';
import type { Feed } from '../../../rules/types.js';
import { Grid, Muted, Segments, Select, Stack, TextInput } from '../../../ui/index.js';
import { useGovern } from '../context.js';
import { errorOf, readAddress, readFeedId, readPercent, valueOf } from '../inputs.js';
import type { ChangeFormProps } from './form.js';

/** An asset that leaves the basket for ever, or one that comes back out of quarantine. */
export function AssetForm({ kind, children }: ChangeFormProps & { kind: 'removeAsset' | 'releaseAsset' }) {
  const { vault } = useGovern();
  const [asset, setAsset] = useState('');
  const wanted = vault.figures.assets.filter(({ status }) =>
    kind === 'releaseAsset' ? status === 'quarantined' : status !== 'removed',
  );
  if (wanted.length === 0) {
    return <Muted>No asset is quarantined.</Muted>;
  }
  return (
    <Stack>
      {kind === 'removeAsset' && (
        <Muted>
          It must be empty by then, without a target and claims, or the change cannot be applied. Its place and its mint
          are used up for ever.
        </Muted>
      )}
      <AssetSelect value={asset} assets={wanted.map(({ index }) => index)} onChange={setAsset} />
      {children(asset === '' ? null : { kind, asset: Number(asset) })}
    </Stack>
  );
}

/** Another price feed for an asset. */
export function FeedForm({ children }: ChangeFormProps) {
  const { vault } = useGovern();
  const [asset, setAsset] = useState('');
  const [feed, setFeed] = useState<Feed>();
  const assets = vault.figures.assets.filter(({ status }) => status !== 'removed').map(({ index }) => index);
  return (
    <Stack>
      <Muted>
        Nothing on the chain can tell whether a feed is of this asset: compare it with the publisher’s own site. Once
        applied, the asset has no price until the first refresh.
      </Muted>
      <AssetSelect value={asset} assets={assets} onChange={setAsset} />
      <FeedFields onChange={setFeed} />
      {children(asset === '' || feed === undefined ? null : { kind: 'feed', asset: Number(asset), feed })}
    </Stack>
  );
}

/** One more asset: its feed, its band, and the most that it may ever weigh. Its mint is asked for when it is applied. */
export function AddAssetForm({ children }: ChangeFormProps) {
  const [feed, setFeed] = useState<Feed>();
  const [texts, setTexts] = useState({ bandAbs: '', bandRel: '', max: '' });
  const field = (key: keyof typeof texts, label: string, hint: string) => (
    <TextInput
      label={label}
      hint={hint}
      inputMode="decimal"
      unit="%"
      value={texts[key]}
      onChange={(text) => setTexts({ ...texts, [key]: text })}
      error={errorOf(readPercent(texts[key]))}
    />
  );
  const [bandAbsBps, bandRelBps, maxBps] = [texts.bandAbs, texts.bandRel, texts.max].map((text) =>
    valueOf(readPercent(text)),
  );
  const isComplete = feed !== undefined && bandAbsBps !== undefined && bandRelBps !== undefined && maxBps !== undefined;
  return (
    <Stack>
      <Muted>It comes with a target of zero; a ramp gives it one. Keepers have to refresh its price, too.</Muted>
      <FeedFields onChange={setFeed} />
      <Grid minWidth="14rem">
        {field('bandAbs', 'Band, of the vault', 'Widest deviation from the target.')}
        {field('bandRel', 'Band, of the target', 'Widest deviation, as a part of the target.')}
        {field('max', 'Largest target', 'Without another change.')}
      </Grid>
      {children(isComplete ? { kind: 'addAsset', feed, bandAbsBps, bandRelBps, maxBps } : null)}
    </Stack>
  );
}

function AssetSelect({
  value,
  assets,
  onChange,
}: {
  value: string;
  assets: readonly number[];
  onChange: (asset: string) => void;
}) {
  const { vault } = useGovern();
  const options = assets.map((index) => ({ value: index.toString(), label: vault.names[index] ?? `asset ${index}` }));
  return (
    <Select
      label="Asset"
      value={value}
      options={[{ value: '', label: 'Choose an asset' }, ...options]}
      onChange={onChange}
    />
  );
}

/** A feed of either kind. */
function FeedFields({ onChange }: { onChange: (feed: Feed | undefined) => void }) {
  const [kind, setKind] = useState<'pull' | 'push'>('pull');
  const [text, setText] = useState('');
  const set = (kind: 'pull' | 'push', text: string) => {
    setKind(kind);
    setText(text);
    const feedId = valueOf(readFeedId(text));
    const priceAccount = valueOf(readAddress(text));
    if (kind === 'pull') {
      onChange(feedId === undefined ? undefined : { feedId });
    } else {
      onChange(priceAccount === undefined ? undefined : { priceAccount });
    }
  };
  return (
    <Stack gap="small">
      <Segments
        label="How the price is published"
        value={kind}
        options={[
          { value: 'pull', label: 'Pull feed' },
          { value: 'push', label: 'Push account' },
        ]}
        onChange={(kind) => set(kind, text)}
      />
      <TextInput
        label={kind === 'pull' ? 'Pyth feed id' : 'Pyth price account'}
        value={text}
        onChange={(text) => set(kind, text)}
        error={kind === 'pull' ? errorOf(readFeedId(text)) : errorOf(readAddress(text))}
      />
    </Stack>
  );
}

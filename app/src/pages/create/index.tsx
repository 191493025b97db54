import { useState } from 'react';
import { Button, Card, Dialog, Loading, Notice, Page, Row, Skeleton } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import type { Rules } from '../../rules/types.js';
import { STEPS, type Step } from './draft.js';
import type { Profiles } from './file.js';
import { AssetsStep } from './steps/assets-step.js';
import { CreateStep } from './steps/create-step.js';
import { ReviewStep } from './steps/review-step.js';
import { RolesStep } from './steps/roles-step.js';
import { RoutesStep } from './steps/routes-step.js';
import { StrategyStep } from './steps/strategy-step.js';
import { TargetsStep } from './steps/targets-step.js';
import type { StepProps } from './steps/types.js';
import { useDraft, type DraftState } from './use-draft.js';
import { useJudgement, type Judgement } from './use-judgement.js';
import { useRules } from './use-rules.js';
import { Wizard } from './wizard.js';

/** A new vault, step by step. */
export function CreatePage() {
  const draft = useDraft();
  const loaded = useRules();
  return (
    <Page
      title="Create a vault"
      lead="A basket of tokens that keeps its own balance, under limits that you set."
      aside={
        draft.draft.assets.length > 0 && <StartOver onConfirm={draft.clear} isBegun={draft.creation !== undefined} />
      }
    >
      {loaded.status === 'loading' && (
        <Card>
          <Loading what="the rules" />
          <Skeleton height="18rem" />
        </Card>
      )}
      {loaded.status === 'error' && (
        <Notice
          kind="bad"
          title="The rules cannot be loaded"
          isLive
          action={
            <Button size="small" onClick={loaded.retry}>
              Try again
            </Button>
          }
        >
          {loaded.error}
        </Notice>
      )}
      {loaded.status === 'ready' && <Steps state={draft} rules={loaded.rules} profiles={loaded.profiles} />}
    </Page>
  );
}

function Steps({ state, rules, profiles }: { state: DraftState; rules: Rules; profiles: Profiles }) {
  const { draft, step, update, goTo } = state;
  const { account } = useWallet();
  const judgement = useJudgement(draft, account, rules);
  // What is wrong is shown once somebody has tried to go on from the step: nobody is scolded for what they have not come to yet.
  const [tried, setTried] = useState<ReadonlySet<Step>>(new Set());
  const on = (one: Step) => judgement.problems.filter((problem) => problem.step === one);
  const tryToGoOn = () => {
    setTried((now) => new Set([...now, step]));
    const next = STEPS[STEPS.indexOf(step) + 1];
    if (next !== undefined && on(step).length === 0) {
      goTo(next);
    }
  };
  const props: StepProps = {
    draft,
    update,
    rules,
    profiles,
    problems: tried.has(step) || step === 'strategy' ? on(step) : [],
  };
  return (
    <>
      {!state.isKept && (
        <Notice kind="caution">
          This browser keeps nothing: what you enter is lost when the page is closed. Download the file in the review.
        </Notice>
      )}
      <Wizard step={step} goTo={goTo} onContinue={tryToGoOn} isComplete={(one) => isComplete(one, judgement)}>
        <CurrentStep {...props} state={state} judgement={judgement} />
      </Wizard>
    </>
  );
}

function CurrentStep({ state, judgement, ...props }: StepProps & { state: DraftState; judgement: Judgement }) {
  switch (state.step) {
    case 'assets':
      return <AssetsStep {...props} />;
    case 'targets':
      return <TargetsStep {...props} />;
    case 'strategy':
      return <StrategyStep {...props} />;
    case 'roles':
      return <RolesStep {...props} />;
    case 'routes':
      return <RoutesStep {...props} />;
    case 'review':
      return <ReviewStep {...props} judgement={judgement} goTo={state.goTo} />;
    case 'create':
      return <CreateStep {...state} judgement={judgement} rules={props.rules} />;
  }
}

function isComplete(step: Step, { problems, summary }: Judgement): boolean {
  if (step === 'create') {
    return false;
  }
  // While there is nothing to weigh or to trade, there is nothing complete either.
  const hasBasket = problems.every((problem) => problem.step !== 'assets');
  return step === 'review' ? summary !== undefined : hasBasket && problems.every((problem) => problem.step !== step);
}

function StartOver({ onConfirm, isBegun }: { onConfirm: () => void; isBegun: boolean }) {
  const [isAsking, setIsAsking] = useState(false);
  const confirm = () => {
    onConfirm();
    setIsAsking(false);
  };
  return (
    <>
      <Button size="small" onClick={() => setIsAsking(true)}>
        Start over
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title="Start over?"
        actions={
          <Row gap="small">
            <Button onClick={() => setIsAsking(false)}>Keep it</Button>
            <Button kind="danger" onClick={confirm}>
              Forget what was entered
            </Button>
          </Row>
        }
      >
        <p>
          {isBegun
            ? 'What has been created stays on the chain; with its file, `ballast migrate` goes on with it. Download the file in the review first.'
            : 'Download the file in the review first, if you may want it back.'}
        </p>
      </Dialog>
    </>
  );
}

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/tokens.css';
import './styles/base.css';
import { App } from './app.js';
import { loadConfig } from './config.js';
import { ConfigProvider } from './config-context.js';
import { Unusable } from './shell/unusable.js';
import { applyTheme, storedTheme } from './shell/theme.js';

applyTheme(storedTheme());
const root = createRoot(document.getElementById('root')!);
try {
  const config = await loadConfig();
  root.render(
    <StrictMode>
      <ConfigProvider config={config}>
        <App />
      </ConfigProvider>
    </StrictMode>,
  );
} catch (error) {
  root.render(<Unusable error={error} />);
}

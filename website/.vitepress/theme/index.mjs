import { defineAsyncComponent } from 'vue';
import DefaultTheme from 'vitepress/theme';
import 'vitepress-openapi/dist/style.css';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    // Several megabytes, so only the page that shows the API loads it.
    const loadViewer = async () => {
      const { OASpec, theme, useTheme } = await import('vitepress-openapi/client');
      // A page of the site cannot ask a service of another address, so there is nothing to try out.
      useTheme({ operation: { hiddenSlots: ['playground'], defaultBaseUrl: 'https://count.example.org' } });
      theme.enhanceApp({ app });
      return OASpec;
    };
    app.component('ApiDocument', defineAsyncComponent(loadViewer));
  },
};

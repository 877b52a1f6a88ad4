import { startBadgeBuilder } from './badge-builder';
import { startCopyButtons } from './copy-buttons';
import { localise } from './localise';
import { startView } from './view';

// The style sheet hides elements that need a script until this attribute is set.
document.documentElement.dataset['script'] = '';
localise(document);
startCopyButtons();
startBadgeBuilder();
startView();

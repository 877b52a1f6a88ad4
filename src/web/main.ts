import { startBadgeBuilder } from './badge-builder';
import { startCopyButtons } from './copy-buttons';
import { localise } from './localise';
import { startView } from './view';

// What needs a script is hidden until here, so that nothing is offered that could not answer.
document.documentElement.dataset['script'] = '';
localise(document);
startCopyButtons();
startBadgeBuilder();
startView();

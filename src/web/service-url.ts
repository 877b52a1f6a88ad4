/** The address of this service, with `BASE_PATH` and without a slash at the end. */
export const serviceUrl = location.origin + (document.documentElement.dataset['basePath'] ?? '');

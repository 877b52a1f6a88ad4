# The reverse proxy. Build from the root of the repository:
#   docker build -f docker/nginx.Dockerfile -t footfall-nginx .
ARG NGINX_IMAGE=nginx:1.30-trixie
FROM ${NGINX_IMAGE}
ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="footfall-nginx" \
      org.opencontainers.image.description="The reverse proxy and load balancer of Footfall." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN rm -rf /etc/nginx/conf.d/* && mkdir -p /etc/nginx/certs /var/www/acme
COPY nginx/nginx.conf /etc/nginx/nginx.conf
COPY nginx/conf /etc/nginx/footfall
COPY --chmod=755 nginx/render-config.sh /docker-entrypoint.d/40-render-config.sh
COPY --chmod=755 nginx/watch-certificate.sh /docker-entrypoint.d/50-watch-certificate.sh
COPY --chmod=755 nginx/reload-nginx.sh /usr/local/bin/reload-nginx
COPY --chmod=755 nginx/install-certificate.sh /usr/local/bin/install-certificate
# Nothing runs as root: ports are 1024 or higher, and files are written to /tmp only.
USER nginx
EXPOSE 8080 8443
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s --timeout=10s --start-period=5s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8081/"]
# A stack file cannot set no-new-privileges, so every start sets it itself.
ENTRYPOINT ["setpriv", "--no-new-privs", "--", "/docker-entrypoint.sh"]
CMD ["nginx", "-g", "daemon off;"]

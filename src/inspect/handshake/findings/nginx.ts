/** The lines of a configuration with which nginx passes an upgrade on. */
export const nginx: string =
  'in nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"'

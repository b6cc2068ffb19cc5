// A control, not a WebSocket server: the same as net.mjs in C, one epoll loop, no dependencies. Whatever a
// server does, it reads, writes and waits at least so much. cc -O2 -o echo echo.c
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct peer {
  int fd, upgraded, waiting;
  char path[5];
  uint8_t *first;              // the first message until it is whole
  uint64_t gathered;           // bytes of it; later the bytes of a message that is not whole
  uint64_t owed, sent;         // bytes of answers still to send, and where in the answer the next one is
  struct peer *next, *before;  // of the subscribers
} peer;

static const char accepted[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static int poll_fd;
static uint8_t *buffer, *answers;       // `answers` is the answer of the first message ever, repeated
static uint64_t length, one, repeated;  // of a message, its answer, and all the repetitions
static peer subscribers = {.next = &subscribers, .before = &subscribers};
enum { buffer_size = 1 << 20 };

static void wait_for(peer *p, int writable) {
  if (p->waiting == writable) return;
  p->waiting = writable;
  struct epoll_event event = {.events = EPOLLIN | (writable ? EPOLLOUT : 0), .data.ptr = p};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, p->fd, &event);
}

static void drop(peer *p) {
  if (p->next) p->next->before = p->before, p->before->next = p->next;
  close(p->fd);
  free(p->first);
  free(p);
}

static void pay(peer *p) {
  while (p->owed) {
    uint64_t at = p->sent % one, n = repeated - at;
    if (n > p->owed) n = p->owed;
    ssize_t done = send(p->fd, answers + at, n, MSG_NOSIGNAL);
    if (done < 0 && errno != EAGAIN) p->owed = 0;
    if (done < 0) return wait_for(p, p->owed > 0);
    p->owed -= done;
    p->sent += done;
  }
  wait_for(p, 0);
}

/** The server's frame of the client's: without the mask (RFC 6455 §5.3). */
static void learn(const uint8_t *frame, uint64_t head) {
  one = length - 4;
  repeated = (1 + (1 << 16) / one) * one;
  answers = malloc(repeated);
  memcpy(answers, frame, head);
  answers[1] &= 127;
  for (uint64_t i = 0; i < one - head; i++) answers[head + i] = frame[head + 4 + i] ^ frame[head + (i & 3)];
  for (uint64_t at = one; at < repeated; at += one) memcpy(answers + at, answers, one);
}

static uint64_t size_of(const uint8_t *f, uint64_t *head) {
  uint64_t size = f[1] & 127;
  *head = size < 126 ? 2 : size == 126 ? 4 : 10;
  if (size > 125) size = 0;
  for (uint64_t i = 2; i < *head; i++) size = size << 8 | f[i];
  return *head + 4 + size;
}

/** Returns 0 when the connection is to end. */
static int received(peer *p, const uint8_t *bytes, uint64_t n) {
  if (!p->upgraded) {
    p->upgraded = 1;
    memcpy(p->path, bytes + 4, 4);
    if (!strcmp(p->path, "/sub")) {
      p->next = subscribers.next, p->before = &subscribers;
      subscribers.next = p->next->before = p;
    }
    return send(p->fd, accepted, sizeof accepted - 1, MSG_NOSIGNAL) > 0;
  }
  if (p->gathered == 0 && (bytes[0] & 15) == 8 && n < 32) return 0;
  if (!length) {
    p->first = realloc(p->first, p->gathered + n);
    memcpy(p->first + p->gathered, bytes, n);
    uint64_t head, size = p->gathered + n < 14 ? UINT64_MAX : size_of(p->first, &head);
    if (p->gathered + n >= size) length = size, learn(p->first, head);
  }
  p->gathered += n;
  if (!length) return 1;
  uint64_t count = p->gathered / length;
  p->gathered %= length;
  if (strcmp(p->path, "/pub")) p->owed += count * one, pay(p);
  else for (peer *s = subscribers.next; s != &subscribers; s = s->next) s->owed += count * one, pay(s);
  return 1;
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  struct rlimit most;
  getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
  int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t address_size = sizeof address;
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 511)) return perror("listen"), 1;
  getsockname(listener, (void *)&address, &address_size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  poll_fd = epoll_create1(0);
  buffer = malloc(buffer_size);
  struct epoll_event event = {.events = EPOLLIN}, events[1024];
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(poll_fd, events, 1024, -1);
    for (int i = 0; i < ready; i++) {
      peer *p = events[i].data.ptr;
      if (!p) {
        int fd = accept4(listener, 0, 0, SOCK_NONBLOCK);
        if (fd < 0) continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        p = calloc(1, sizeof *p);
        p->fd = fd;
        event = (struct epoll_event){.events = EPOLLIN, .data.ptr = p};
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
        continue;
      }
      if (events[i].events & EPOLLOUT) pay(p);
      if (!(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
      ssize_t n = recv(p->fd, buffer, buffer_size, 0);
      if (n < 0 && errno == EAGAIN) continue;
      if (n <= 0 || !received(p, buffer, n)) drop(p);
    }
  }
}

#include "tests/standin/rccs_connections.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace juchu::standin {
namespace {

// The connections that the thread belongs to, and the one it serves; -1 before the handshake is done.
thread_local RccsConnections* my_connections = nullptr;
thread_local int my_connection = -1;

}  // namespace

// The library's own pool, with an eye on the beginning and the end of each job: a job is one connection.
class RccsConnections::Threads final : public httplib::TaskQueue {
 public:
  Threads(RccsConnections& connections, int threads) : connections_(connections), pool_(static_cast<size_t>(threads)) {}

  void enqueue(std::function<void()> serve) override {
    pool_.enqueue([this, serve = std::move(serve)] {
      my_connections = &connections_;
      serve();
      connections_.Closed();
      my_connections = nullptr;
    });
  }
  void shutdown() override { pool_.shutdown(); }

 private:
  RccsConnections& connections_;
  httplib::ThreadPool pool_;
};

void RccsConnections::Watch(httplib::SSLServer& server, int threads) {
  server.new_task_queue = [this, threads] { return new Threads(*this, threads); };
  SSL_CTX_set_info_callback(server.ssl_context(), [](const SSL* tls, int where, int) {
    // It comes again with each key update.
    if ((where & SSL_CB_HANDSHAKE_DONE) == 0 || my_connections == nullptr || my_connection >= 0) return;
    my_connections->Opened(SSL_get_fd(tls));
  });
}

void RccsConnections::Opened(int fd) {
  const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return;
  my_connection = own;
  absl::MutexLock lock(&mutex_);
  open_.insert(own);
  if (ending_) ::shutdown(own, SHUT_RDWR);
}

void RccsConnections::Closed() {
  if (my_connection < 0) return;
  {
    absl::MutexLock lock(&mutex_);
    open_.erase(my_connection);
  }
  close(my_connection);
  my_connection = -1;
}

void RccsConnections::EndMine() {
  if (my_connection >= 0) ::shutdown(my_connection, SHUT_RDWR);
}

void RccsConnections::EndAll() {
  absl::MutexLock lock(&mutex_);
  ending_ = true;
  for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
}

}  // namespace juchu::standin

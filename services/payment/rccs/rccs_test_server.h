#ifndef SERVICES_PAYMENT_RCCS_RCCS_TEST_SERVER_H_
#define SERVICES_PAYMENT_RCCS_RCCS_TEST_SERVER_H_

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/rpc/testing/test_certificates.h"

// Servers with real TLS in the place of RCCS.
namespace juchu::payment::rccs {

inline constexpr char kPath[] = "/rccsapi-services/RCCSApiService";
inline rpc::TestCertificates& Authority() {
  static auto* const certificates = new rpc::TestCertificates;
  return *certificates;
}

// RCCS, as far as a test says what it answers.
class Rccs {
 public:
  using Answer = std::function<void(const httplib::Request&, httplib::Response&)>;

  explicit Rccs(Answer answer, const rpc::TlsFiles& tls = Authority().For("rccs"))
      : server_(tls.cert_file.c_str(), tls.key_file.c_str()) {
    server_.Post(kPath, [this, answer = std::move(answer)](const httplib::Request& request, httplib::Response& reply) {
      {
        absl::MutexLock lock(&mutex_);
        requests_.push_back(request);
      }
      answer(request, reply);
    });
    port_ = server_.bind_to_any_port("0.0.0.0");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // stop() before this would be lost.
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Rccs() {
    server_.stop();
    thread_.join();
  }

  int port() const { return port_; }
  std::vector<httplib::Request> requests() const {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }

 private:
  httplib::SSLServer server_;
  int port_ = 0;
  std::thread thread_;
  mutable absl::Mutex mutex_;
  std::vector<httplib::Request> requests_ ABSL_GUARDED_BY(mutex_);
};

inline Rccs::Answer Says(int status, std::string body) {
  return [status, body = std::move(body)](const httplib::Request&, httplib::Response& reply) {
    reply.status = status;
    reply.set_content(body, "text/xml;charset=utf-8");
  };
}

// A server that takes one connection, with TLS or without a word, and closes it without an answer.
class Mute {
 public:
  // `read`: after TLS and after the whole request is there; else at once.
  explicit Mute(bool read) : read_(read), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 1) != 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~Mute() {
    thread_.join();
    close(socket_);
  }

  int port() const { return port_; }
  // After the client's call: what arrived.
  std::string received() {
    done_.WaitForNotification();
    return received_;
  }

 private:
  void Serve() {
    const int connection = accept(socket_, nullptr, nullptr);
    if (read_) ReadRequest(connection);
    close(connection);
    done_.Notify();
  }

  void ReadRequest(int connection) {
    const rpc::TlsFiles tls = Authority().For("rccs");
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    SSL_CTX_use_certificate_chain_file(context.get(), tls.cert_file.c_str());
    SSL_CTX_use_PrivateKey_file(context.get(), tls.key_file.c_str(), SSL_FILETYPE_PEM);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), &SSL_free);
    SSL_set_fd(ssl.get(), connection);
    if (SSL_accept(ssl.get()) != 1) return;
    char buffer[4096];
    while (received_.find("</SOAP-ENV:Envelope>") == std::string::npos) {
      const int size = SSL_read(ssl.get(), buffer, sizeof(buffer));
      if (size <= 0) return;
      received_.append(buffer, static_cast<std::size_t>(size));
    }
  }

  const bool read_;
  const int socket_;
  int port_ = 0;
  std::string received_;
  absl::Notification done_;
  std::thread thread_;
};

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_RCCS_TEST_SERVER_H_

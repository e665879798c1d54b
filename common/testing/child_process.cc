#include "common/testing/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace juchu::testing {
namespace {

// Whether nobody else has been given the port: neither this process before, nor another test that runs beside it. A
// locked file stands for it until this process ends.
bool IsReserved(int port) {
  const auto folder = std::filesystem::temp_directory_path() / "juchu-ports";
  std::filesystem::create_directories(folder);
  const int file = open((folder / std::to_string(port)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) {
    std::fprintf(stderr, "%s: a file for a port: %s\n", folder.c_str(), std::strerror(errno));
    std::abort();
  }
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
  close(file);
  return false;
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> arguments, std::map<std::string, std::string> environment,
                           std::string log_file)
    : arguments_(std::move(arguments)), environment_(std::move(environment)), log_file_(std::move(log_file)) {}

ChildProcess::~ChildProcess() { Kill(); }

absl::Status ChildProcess::Start() {
  if (Running()) return absl::FailedPreconditionError("it is running");
  // All memory is made before the fork: another thread may hold the allocator's lock in the child.
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
  for (const auto& [name, value] : environment_) variables.push_back(absl::StrCat(name, "=", value));
  std::vector<char*> argv;
  for (const std::string& argument : arguments_) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (const std::string& variable : variables) envp.push_back(const_cast<char*>(variable.c_str()));
  envp.push_back(nullptr);
  const int log = open(log_file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log < 0) return absl::InternalError(absl::StrCat(log_file_, ": ", std::strerror(errno)));
  const pid_t parent = getpid();
  exit_code_ = -1;
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    // The services block the signals that end them and wait for them; they begin with none blocked.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  close(log);
  if (pid_ < 0) return absl::InternalError(absl::StrCat("fork: ", std::strerror(errno)));
  return absl::OkStatus();
}

void ChildProcess::Signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

void ChildProcess::Kill() {
  if (pid_ <= 0) return;
  Signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int ChildProcess::Terminate() {
  if (pid_ <= 0) return -1;
  Signal(SIGTERM);
  int status = -1;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void ChildProcess::Pause() { Signal(SIGSTOP); }
void ChildProcess::Continue() { Signal(SIGCONT); }

bool ChildProcess::Running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  pid_ = -1;
  return false;
}

int FreePort() {
  // Below those that the kernel gives to connections going out: a port that nobody listens on for a moment, while its
  // process is started again, must not become one of them.
  constexpr int kFirst = 10'000;
  constexpr int kCount = 10'000;
  std::random_device random;
  while (true) {
    const int port = kFirst + static_cast<int>(random() % kCount);
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    const bool is_free = bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    close(listener);
    if (is_free && IsReserved(port)) return port;
  }
}

}  // namespace juchu::testing

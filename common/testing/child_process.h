#ifndef COMMON_TESTING_CHILD_PROCESS_H_
#define COMMON_TESTING_CHILD_PROCESS_H_

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace juchu::testing {

// One program in a process of its own, as a supervisor sees it: started, killed, paused, started again. It ends with
// the thread that started it. Thread-compatible.
class ChildProcess {
 public:
  // `arguments` begin with the program's path; `environment` is added to ours; both outputs are appended to `log_file`.
  ChildProcess(std::vector<std::string> arguments, std::map<std::string, std::string> environment,
               std::string log_file);
  // Kills it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  absl::Status Start();
  // kill -9, and waits until it is gone.
  void Kill();
  // SIGTERM, and waits until it is gone. Returns its exit code; -1 when a signal ended it, or it did not run.
  int Terminate();
  // SIGSTOP and SIGCONT.
  void Pause();
  void Continue();
  // False once it has ended by itself or by a signal.
  bool Running();
  pid_t pid() const { return pid_; }
  // The exit code with which it has ended by itself, as Running has seen; -1 when a signal ended it, or it has not
  // ended.
  int exit_code() const { return exit_code_; }

 private:
  void Signal(int number) const;

  const std::vector<std::string> arguments_;
  const std::map<std::string, std::string> environment_;
  const std::string log_file_;
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

// A TCP port of 127.0.0.1 that nobody listens on now, and that no other call is given as long as this process lives,
// here or in a test that runs beside it.
int FreePort();

}  // namespace juchu::testing

#endif  // COMMON_TESTING_CHILD_PROCESS_H_

#ifndef FOSSE_ADAPTERS_COUNCIL_WEBHOOK_COMMAND_H_
#define FOSSE_ADAPTERS_COUNCIL_WEBHOOK_COMMAND_H_

namespace fosse::adapters::council::webhook {

// What an integrator of a receiver uses, and the operator:
//   webhook verify --secret-file F --id ID --timestamp T --signature S [--any-time] BODYFILE
//   webhook test --config FILE --recipient P     sends a test event, about nobody
//   webhook enable --config FILE --recipient P   a receiver that answered 410 is sent to again
//   webhook key [--ed25519] FILE                 makes a key; prints what the receiver gets
// 0: as asked; 2: usage; 3: a file or the config cannot be used; 5: not verified, or not taken.
int WebhookCommand(int argc, char** argv);

}  // namespace fosse::adapters::council::webhook

#endif  // FOSSE_ADAPTERS_COUNCIL_WEBHOOK_COMMAND_H_

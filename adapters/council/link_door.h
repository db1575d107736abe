#ifndef FOSSE_ADAPTERS_COUNCIL_LINK_DOOR_H_
#define FOSSE_ADAPTERS_COUNCIL_LINK_DOOR_H_

#include <string>

#include "adapters/council/page/provider_door.h"
#include "adapters/kit/https_server.h"

namespace fosse::adapters::council {

// POST /links: an organisation has a link made for somebody whom it vouches for (CTL-01).
//
//   { "participant": "PA-7", "name": "…", "reference": "pa-7" }
//   { "link": "https://…", "code": "482913", "until": "2026-11-30T09:00:00Z" }
//
// The link goes to the person by one way and the code by another. `caller` is who the certificate
// says; docs/adapters/council-page.md has the rest.
HttpResponse MakeLink(page::ProviderDoor& page, const std::string& caller, const std::string& body);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_LINK_DOOR_H_

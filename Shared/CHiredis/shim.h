#ifndef REPITBOT_CHIREDIS_SHIM_H
#define REPITBOT_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>

#endif

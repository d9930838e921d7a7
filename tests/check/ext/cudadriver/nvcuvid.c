/* A libnvcuvid.so.1 for tests, which decodes nothing: the plugin nvcodec has no elements without one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define NOT_SUPPORTED 801

/* *INDENT-OFF* */
#define STUB(name) \
  __attribute__ ((visibility ("default"))) extern int name (void); \
  int name (void) { return NOT_SUPPORTED; }

STUB (cuvidCtxLockCreate)
STUB (cuvidCtxLockDestroy)
STUB (cuvidCtxLock)
STUB (cuvidCtxUnlock)
STUB (cuvidCreateDecoder)
STUB (cuvidDestroyDecoder)
STUB (cuvidDecodePicture)
STUB (cuvidCreateVideoParser)
STUB (cuvidParseVideoData)
STUB (cuvidDestroyVideoParser)
STUB (cuvidMapVideoFrame)
STUB (cuvidUnmapVideoFrame)
STUB (cuvidMapVideoFrame64)
STUB (cuvidUnmapVideoFrame64)
STUB (cuvidReconfigureDecoder)
STUB (cuvidGetDecoderCaps)
/* *INDENT-ON* */

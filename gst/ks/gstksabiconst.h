/* Every constant of KS that has to do with memory, as GST_ and its KS name.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Values are those of the public headers of the Windows kits and of mingw-w64;
 * a test compares them. GST_KS... is the KS name with GST_ before it, so that
 * a search for the KS name ends here. They are for C: bindings get the same
 * names and values from gst_ks_abi_names_parse ().
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

#ifndef __GI_SCANNER__

/* Requirement bits: what a pin asks for (KSALLOCATOR_FRAMING in a query,
 * KS_FRAMING_ITEM.Flags) */
#define GST_KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER                    0x00000001U  /* may change frames in place */
#define GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY                       0x00000002U  /* needs system memory */
#define GST_KSALLOCATOR_REQUIREMENTF_FRAME_INTEGRITY                     0x00000004U  /* downstream leaves the data alone */
#define GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE                       0x00000008U  /* allocates all it sends */
#define GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY_CUSTOM_ALLOCATION     0x00000010U  /* nobody says; the same bit as PARTIAL_READ_SUPPORT */
#define GST_KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY                    0x80000000U  /* the other bits are wishes */

/* Option bits: what a create request says in the place of requirement bits */
#define GST_KSALLOCATOR_OPTIONF_COMPATIBLE        0x00000001U  /* frames fit the downstream allocator too */
#define GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY     0x00000002U  /* from the pool of PoolType */
#define GST_KSALLOCATOR_OPTIONF_VALID             0x00000003U  /* mask of those that there are */

/* More bits of a pin, only in KS_FRAMING_ITEM.Flags */
#define GST_KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT          0x00000010U  /* works with frames partly filled */
#define GST_KSALLOCATOR_FLAG_DEVICE_SPECIFIC               0x00000020U  /* memory of a device */
#define GST_KSALLOCATOR_FLAG_CAN_ALLOCATE                  0x00000040U  /* can make it, not merely reach it */
#define GST_KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO     0x00000080U  /* OutputCompression must hold */

/* Bits that the graph manager sets, only in ALLOCATOR_PROPERTIES_EX.Flags */
#define GST_KSALLOCATOR_FLAG_NO_FRAME_INTEGRITY     0x00000100U  /* someone in the pipe writes */
#define GST_KSALLOCATOR_FLAG_MULTIPLE_OUTPUT        0x00000200U  /* a filter with several outputs */
#define GST_KSALLOCATOR_FLAG_CYCLE                  0x00000400U  /* pipes in a loop */
#define GST_KSALLOCATOR_FLAG_ALLOCATOR_EXISTS       0x00000800U  /* the pipe has one already */
#define GST_KSALLOCATOR_FLAG_INDEPENDENT_RANGES     0x00001000U  /* neighbours do not depend on it */
#define GST_KSALLOCATOR_FLAG_ATTENTION_STEPPING     0x00002000U  /* steps matter in this pipe */
#define GST_KSALLOCATOR_FLAG_ENABLE_CACHED_MDL      0x00004000U  /* newer kits */
#define GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED     0x00008000U  /* newer kits; FileAlignment is FramePitch */

/* POOL_TYPE */
#define GST_NonPagedPool     0U
#define GST_PagedPool        1U

/* KSALLOCATORMODE */
#define GST_KsAllocatorMode_User       0U
#define GST_KsAllocatorMode_Kernel     1U

/* FRAMING_PROP: what kind of framing a pin has */
#define GST_FramingProp_Uninitialized     0U
#define GST_FramingProp_None              1U
#define GST_FramingProp_Old               2U
#define GST_FramingProp_Ex                3U

/* FRAMING_CACHE_OPS: Update goes past the cache */
#define GST_Framing_Cache_Update       0U
#define GST_Framing_Cache_ReadLast     1U
#define GST_Framing_Cache_ReadOrig     2U
#define GST_Framing_Cache_Write        3U

/* PIPE_STATE */
#define GST_PipeState_DontCare               0U
#define GST_PipeState_RangeNotFixed          1U
#define GST_PipeState_RangeFixed             2U
#define GST_PipeState_CompressionUnknown     3U
#define GST_PipeState_Finalized              4U

/* PIPE_ALLOCATOR_PLACE */
#define GST_Pipe_Allocator_None          0U
#define GST_Pipe_Allocator_FirstPin      1U
#define GST_Pipe_Allocator_LastPin       2U
#define GST_Pipe_Allocator_MiddlePin     3U

/* KS_LogicalMemoryType */
#define GST_KS_MemoryTypeDontCare             0U
#define GST_KS_MemoryTypeKernelPaged          1U
#define GST_KS_MemoryTypeKernelNonPaged       2U
#define GST_KS_MemoryTypeDeviceHostMapped     3U
#define GST_KS_MemoryTypeDeviceSpecific       4U
#define GST_KS_MemoryTypeUser                 5U
#define GST_KS_MemoryTypeAnyHost              6U

/* KSPEEKOPERATION */
#define GST_KsPeekOperation_PeekOnly     0U
#define GST_KsPeekOperation_AddRef       1U

/* KSPIN_COMMUNICATION */
#define GST_KSPIN_COMMUNICATION_NONE       0U
#define GST_KSPIN_COMMUNICATION_SINK       1U
#define GST_KSPIN_COMMUNICATION_SOURCE     2U
#define GST_KSPIN_COMMUNICATION_BOTH       3U
#define GST_KSPIN_COMMUNICATION_BRIDGE     4U

/* Strategy bits: what the graph manager saves */
#define GST_AllocatorStrategy_DontCare                       0x00000000U
#define GST_AllocatorStrategy_MinimizeNumberOfFrames         0x00000001U
#define GST_AllocatorStrategy_MinimizeFrameSize              0x00000002U
#define GST_AllocatorStrategy_MinimizeNumberOfAllocators     0x00000004U
#define GST_AllocatorStrategy_MaximizeSpeed                  0x00000008U

/* Pipe factors: what shaped a pipe */
#define GST_PipeFactor_None                   0x00000000U
#define GST_PipeFactor_UserModeUpstream       0x00000001U
#define GST_PipeFactor_UserModeDownstream     0x00000002U
#define GST_PipeFactor_MemoryTypes            0x00000004U
#define GST_PipeFactor_Flags                  0x00000008U
#define GST_PipeFactor_PhysicalRanges         0x00000010U
#define GST_PipeFactor_OptimalRanges          0x00000020U
#define GST_PipeFactor_FixedCompression       0x00000040U
#define GST_PipeFactor_UnknownCompression     0x00000080U
#define GST_PipeFactor_Buffers                0x00000100U
#define GST_PipeFactor_Align                  0x00000200U
#define GST_PipeFactor_PhysicalEnd            0x00000400U
#define GST_PipeFactor_LogicalEnd             0x00000800U

/* FileAlignment, a mask: bytes - 1. One that is not here is legal too. */
#define GST_FILE_BYTE_ALIGNMENT         0x000U
#define GST_FILE_WORD_ALIGNMENT         0x001U
#define GST_FILE_LONG_ALIGNMENT         0x003U
#define GST_FILE_QUAD_ALIGNMENT         0x007U
#define GST_FILE_OCTA_ALIGNMENT         0x00FU
#define GST_FILE_32_BYTE_ALIGNMENT      0x01FU
#define GST_FILE_64_BYTE_ALIGNMENT      0x03FU
#define GST_FILE_128_BYTE_ALIGNMENT     0x07FU
#define GST_FILE_256_BYTE_ALIGNMENT     0x0FFU
#define GST_FILE_512_BYTE_ALIGNMENT     0x1FFU

/* KSSTREAM_HEADER.OptionsFlags */
#define GST_KSSTREAM_HEADER_OPTIONSF_SPLICEPOINT                  0x00000001U
#define GST_KSSTREAM_HEADER_OPTIONSF_PREROLL                      0x00000002U
#define GST_KSSTREAM_HEADER_OPTIONSF_DATADISCONTINUITY            0x00000004U
#define GST_KSSTREAM_HEADER_OPTIONSF_TYPECHANGED                  0x00000008U
#define GST_KSSTREAM_HEADER_OPTIONSF_TIMEVALID                    0x00000010U
#define GST_KSSTREAM_HEADER_OPTIONSF_TIMEDISCONTINUITY            0x00000040U
#define GST_KSSTREAM_HEADER_OPTIONSF_FLUSHONPAUSE                 0x00000080U
#define GST_KSSTREAM_HEADER_OPTIONSF_DURATIONVALID                0x00000100U
#define GST_KSSTREAM_HEADER_OPTIONSF_ENDOFSTREAM                  0x00000200U
#define GST_KSSTREAM_HEADER_OPTIONSF_BUFFEREDTRANSFER             0x00000400U
#define GST_KSSTREAM_HEADER_OPTIONSF_VRAM_DATA_TRANSFER           0x00000800U
#define GST_KSSTREAM_HEADER_OPTIONSF_FRAMEINFO                    0x00004000U
#define GST_KSSTREAM_HEADER_OPTIONSF_PERSIST_SAMPLE               0x00008000U
#define GST_KSSTREAM_HEADER_OPTIONSF_SAMPLE_PERSISTED             0x00010000U
#define GST_KSSTREAM_HEADER_OPTIONSF_TRACK_COMPLETION_NUMBERS     0x00020000U
#define GST_KSSTREAM_HEADER_OPTIONSF_SECUREBUFFERTRANSFER         0x00040000U
#define GST_KSSTREAM_HEADER_OPTIONSF_LOOPEDDATA                   0x80000000U

/* Methods of KSMETHODSETID_StreamAllocator */
#define GST_KSMETHOD_STREAMALLOCATOR_ALLOC     0U
#define GST_KSMETHOD_STREAMALLOCATOR_FREE      1U

/* Properties of KSPROPSETID_StreamAllocator */
#define GST_KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE     0U
#define GST_KSPROPERTY_STREAMALLOCATOR_STATUS            1U

/* Events of KSEVENTSETID_StreamAllocator */
#define GST_KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME     0U
#define GST_KSEVENT_STREAMALLOCATOR_FREEFRAME              1U

/* Properties of KSPROPSETID_Connection */
#define GST_KSPROPERTY_CONNECTION_STATE                   0U
#define GST_KSPROPERTY_CONNECTION_PRIORITY                1U
#define GST_KSPROPERTY_CONNECTION_DATAFORMAT              2U
#define GST_KSPROPERTY_CONNECTION_ALLOCATORFRAMING        3U
#define GST_KSPROPERTY_CONNECTION_PROPOSEDATAFORMAT       4U
#define GST_KSPROPERTY_CONNECTION_ACQUIREORDERING         5U
#define GST_KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX     6U
#define GST_KSPROPERTY_CONNECTION_STARTAT                 7U

/* Properties of KSPROPSETID_Stream */
#define GST_KSPROPERTY_STREAM_ALLOCATOR     0U
#define GST_KSPROPERTY_STREAM_PIPE_ID       10U

/* Properties of PROPSETID_ALLOCATOR_CONTROL */
#define GST_KSPROPERTY_ALLOCATOR_CONTROL_HONOR_COUNT            0U
#define GST_KSPROPERTY_ALLOCATOR_CONTROL_SURFACE_SIZE           1U
#define GST_KSPROPERTY_ALLOCATOR_CONTROL_CAPTURE_CAPS           2U
#define GST_KSPROPERTY_ALLOCATOR_CONTROL_CAPTURE_INTERLEAVE     3U

/* Property of KSPROPSETID_MemoryTransport */
#define GST_KSPROPERTY_MEMORY_TRANSPORT     1U

/* Properties of KSPROPSETID_VramCapture */
#define GST_KSPROPERTY_DISPLAY_ADAPTER_GUID                   1U
#define GST_KSPROPERTY_PREFERRED_CAPTURE_SURFACE              2U
#define GST_KSPROPERTY_CURRENT_CAPTURE_SURFACE                3U
#define GST_KSPROPERTY_MAP_CAPTURE_HANDLE_TO_VRAM_ADDRESS     4U

/* CAPTURE_MEMORY_ALLOCATION_FLAGS */
#define GST_KS_CAPTURE_ALLOC_INVALID           0x00000000U
#define GST_KS_CAPTURE_ALLOC_SYSTEM            0x00000001U
#define GST_KS_CAPTURE_ALLOC_VRAM              0x00000002U
#define GST_KS_CAPTURE_ALLOC_SYSTEM_AGP        0x00000004U
#define GST_KS_CAPTURE_ALLOC_VRAM_MAPPED       0x00000008U
#define GST_KS_CAPTURE_ALLOC_SECURE_BUFFER     0x00000010U  /* newer kits */

/* KSMETHOD.Flags: what is asked, seen from the handler */
#define GST_KSMETHOD_TYPE_NONE             0x00000000U
#define GST_KSMETHOD_TYPE_READ             0x00000001U
#define GST_KSMETHOD_TYPE_SEND             0x00000001U
#define GST_KSMETHOD_TYPE_WRITE            0x00000002U
#define GST_KSMETHOD_TYPE_MODIFY           0x00000003U
#define GST_KSMETHOD_TYPE_SOURCE           0x00000004U
#define GST_KSMETHOD_TYPE_SETSUPPORT       0x00000100U
#define GST_KSMETHOD_TYPE_BASICSUPPORT     0x00000200U

/* KSPROPERTY.Flags */
#define GST_KSPROPERTY_TYPE_GET              0x00000001U
#define GST_KSPROPERTY_TYPE_SET              0x00000002U
#define GST_KSPROPERTY_TYPE_SETSUPPORT       0x00000100U
#define GST_KSPROPERTY_TYPE_BASICSUPPORT     0x00000200U

/* KSEVENT.Flags */
#define GST_KSEVENT_TYPE_ENABLE             0x00000001U
#define GST_KSEVENT_TYPE_ONESHOT            0x00000002U
#define GST_KSEVENT_TYPE_ENABLEBUFFERED     0x00000004U
#define GST_KSEVENT_TYPE_SETSUPPORT         0x00000100U
#define GST_KSEVENT_TYPE_BASICSUPPORT       0x00000200U
#define GST_KSEVENT_TYPE_QUERYBUFFER        0x00000400U

/* KSEVENTDATA.NotificationType */
#define GST_KSEVENTF_EVENT_HANDLE         0x00000001U
#define GST_KSEVENTF_SEMAPHORE_HANDLE     0x00000002U
#define GST_KSEVENTF_EVENT_OBJECT         0x00000004U
#define GST_KSEVENTF_SEMAPHORE_OBJECT     0x00000008U
#define GST_KSEVENTF_DPC                  0x00000010U
#define GST_KSEVENTF_WORKITEM             0x00000020U
#define GST_KSEVENTF_KSWORKITEM           0x00000080U

/* Control codes */
#define GST_IOCTL_KS_PROPERTY          0x002F0003U
#define GST_IOCTL_KS_ENABLE_EVENT      0x002F0007U
#define GST_IOCTL_KS_DISABLE_EVENT     0x002F000BU
#define GST_IOCTL_KS_METHOD            0x002F000FU
#define GST_IOCTL_KS_WRITE_STREAM      0x002F8013U
#define GST_IOCTL_KS_READ_STREAM       0x002F4017U
#define GST_IOCTL_KS_RESET_STATE       0x002F001BU

/* NTSTATUS */
#define GST_STATUS_SUCCESS                    0x00000000U
#define GST_STATUS_PENDING                    0x00000103U
#define GST_STATUS_BUFFER_OVERFLOW            0x80000005U
#define GST_STATUS_UNSUCCESSFUL               0xC0000001U
#define GST_STATUS_INVALID_PARAMETER          0xC000000DU
#define GST_STATUS_INVALID_DEVICE_REQUEST     0xC0000010U
#define GST_STATUS_BUFFER_TOO_SMALL           0xC0000023U
#define GST_STATUS_INSUFFICIENT_RESOURCES     0xC000009AU
#define GST_STATUS_NOT_SUPPORTED              0xC00000BBU
#define GST_STATUS_CANCELLED                  0xC0000120U
#define GST_STATUS_INVALID_DEVICE_STATE       0xC0000184U
#define GST_STATUS_INVALID_BUFFER_SIZE        0xC0000206U
#define GST_STATUS_NOT_FOUND                  0xC0000225U
#define GST_STATUS_PROPSET_NOT_FOUND          0xC0000230U

/* Class names of create requests */
#define GST_KSSTRING_Allocator       "{642F5D00-4791-11D0-A5D6-28DB04C10000}"
#define GST_KSSTRING_AllocatorEx     "{091BB63B-603F-11D1-B067-00A0C9062802}"

#endif /* __GI_SCANNER__ */

G_END_DECLS

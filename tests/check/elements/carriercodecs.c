/* Test elements that propose and decide: those of the codecs' base classes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "carrierelements.h"

#include <gst/audio/audio.h>
#include <gst/video/video.h>

#define PACKET_SIZE 100
#define SAMPLES 256
#define RAW_AUDIO "audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved"

/* --- GstVideoEncoder --- */

typedef GstVideoEncoder CartVenc;
typedef GstVideoEncoderClass CartVencClass;

GType cart_venc_get_type (void);
G_DEFINE_TYPE (CartVenc, cart_venc, GST_TYPE_VIDEO_ENCODER);

CART_PROPOSE (cart_venc, GstVideoEncoder, GST_VIDEO_ENCODER);
CART_DECIDE (cart_venc, GstVideoEncoder, GST_VIDEO_ENCODER);

static gboolean
cart_venc_set_format (GstVideoEncoder * self, GstVideoCodecState * state)
{
  gst_video_codec_state_unref (gst_video_encoder_set_output_state (self,
          gst_caps_new_empty_simple ("video/x-cart"), state));
  return TRUE;
}

static GstFlowReturn
cart_venc_handle_frame (GstVideoEncoder * self, GstVideoCodecFrame * frame)
{
  GstFlowReturn ret = gst_video_encoder_allocate_output_frame (self, frame,
      PACKET_SIZE);

  if (ret != GST_FLOW_OK)
    return ret;
  gst_buffer_memset (frame->output_buffer, 0, 0x55, -1);
  GST_VIDEO_CODEC_FRAME_SET_SYNC_POINT (frame);
  return gst_video_encoder_finish_frame (self, frame);
}

static void
cart_venc_class_init (CartVencClass * klass)
{
  cart_class_init (GST_ELEMENT_CLASS (klass));
  CART_PADS (klass, CART_RAW, "video/x-cart");
  klass->propose_allocation = cart_venc_propose;
  klass->decide_allocation = cart_venc_decide;
  klass->set_format = cart_venc_set_format;
  klass->handle_frame = cart_venc_handle_frame;
}

static void
cart_venc_init (CartVenc * self)
{
}

/* --- GstVideoDecoder --- */

typedef GstVideoDecoder CartVdec;
typedef GstVideoDecoderClass CartVdecClass;

GType cart_vdec_get_type (void);
G_DEFINE_TYPE (CartVdec, cart_vdec, GST_TYPE_VIDEO_DECODER);

CART_PROPOSE (cart_vdec, GstVideoDecoder, GST_VIDEO_DECODER);
CART_DECIDE (cart_vdec, GstVideoDecoder, GST_VIDEO_DECODER);

static gboolean
cart_vdec_set_format (GstVideoDecoder * self, GstVideoCodecState * state)
{
  gst_video_codec_state_unref (gst_video_decoder_set_output_state (self,
          GST_VIDEO_FORMAT_RGB, 64, 48, state));
  return TRUE;
}

static GstFlowReturn
cart_vdec_handle_frame (GstVideoDecoder * self, GstVideoCodecFrame * frame)
{
  GstFlowReturn ret = gst_video_decoder_allocate_output_frame (self, frame);

  if (ret != GST_FLOW_OK)
    return ret;
  gst_buffer_memset (frame->output_buffer, 0, 0x55, -1);
  return gst_video_decoder_finish_frame (self, frame);
}

static void
cart_vdec_class_init (CartVdecClass * klass)
{
  cart_class_init (GST_ELEMENT_CLASS (klass));
  CART_PADS (klass, "video/x-cart", CART_RAW);
  klass->propose_allocation = cart_vdec_propose;
  klass->decide_allocation = cart_vdec_decide;
  klass->set_format = cart_vdec_set_format;
  klass->handle_frame = cart_vdec_handle_frame;
}

static void
cart_vdec_init (CartVdec * self)
{
  gst_video_decoder_set_packetized (self, TRUE);
}

/* --- GstAudioEncoder --- */

typedef GstAudioEncoder CartAenc;
typedef GstAudioEncoderClass CartAencClass;

GType cart_aenc_get_type (void);
G_DEFINE_TYPE (CartAenc, cart_aenc, GST_TYPE_AUDIO_ENCODER);

CART_PROPOSE (cart_aenc, GstAudioEncoder, GST_AUDIO_ENCODER);
CART_DECIDE (cart_aenc, GstAudioEncoder, GST_AUDIO_ENCODER);

static gboolean
cart_aenc_set_format (GstAudioEncoder * self, GstAudioInfo * info)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("audio/x-cart");

  return gst_audio_encoder_set_output_format (self, caps);
}

static GstFlowReturn
cart_aenc_handle_frame (GstAudioEncoder * self, GstBuffer * samples)
{
  GstBuffer *packet;

  if (samples == NULL)
    return GST_FLOW_OK;
  packet = gst_audio_encoder_allocate_output_buffer (self, PACKET_SIZE);
  gst_buffer_memset (packet, 0, 0x55, -1);
  return gst_audio_encoder_finish_frame (self, packet,
      gst_buffer_get_size (samples) / 2);
}

static void
cart_aenc_class_init (CartAencClass * klass)
{
  cart_class_init (GST_ELEMENT_CLASS (klass));
  CART_PADS (klass, RAW_AUDIO, "audio/x-cart");
  klass->propose_allocation = cart_aenc_propose;
  klass->decide_allocation = cart_aenc_decide;
  klass->set_format = cart_aenc_set_format;
  klass->handle_frame = cart_aenc_handle_frame;
}

static void
cart_aenc_init (CartAenc * self)
{
}

/* --- GstAudioDecoder --- */

typedef GstAudioDecoder CartAdec;
typedef GstAudioDecoderClass CartAdecClass;

GType cart_adec_get_type (void);
G_DEFINE_TYPE (CartAdec, cart_adec, GST_TYPE_AUDIO_DECODER);

CART_PROPOSE (cart_adec, GstAudioDecoder, GST_AUDIO_DECODER);
CART_DECIDE (cart_adec, GstAudioDecoder, GST_AUDIO_DECODER);

static gboolean
cart_adec_set_format (GstAudioDecoder * self, GstCaps * caps)
{
  GstAudioInfo info;

  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16LE, 8000, 1, NULL);
  return gst_audio_decoder_set_output_format (self, &info);
}

static GstFlowReturn
cart_adec_handle_frame (GstAudioDecoder * self, GstBuffer * packet)
{
  GstBuffer *samples;

  if (packet == NULL)
    return GST_FLOW_OK;
  samples = gst_audio_decoder_allocate_output_buffer (self, SAMPLES * 2);
  gst_buffer_memset (samples, 0, 0x55, -1);
  return gst_audio_decoder_finish_frame (self, samples, 1);
}

static void
cart_adec_class_init (CartAdecClass * klass)
{
  cart_class_init (GST_ELEMENT_CLASS (klass));
  CART_PADS (klass, "audio/x-cart", RAW_AUDIO);
  klass->propose_allocation = cart_adec_propose;
  klass->decide_allocation = cart_adec_decide;
  klass->set_format = cart_adec_set_format;
  klass->handle_frame = cart_adec_handle_frame;
}

static void
cart_adec_init (CartAdec * self)
{
}

void
cart_elements_register_codecs (void)
{
  gst_element_register (NULL, "cartvenc", 0, cart_venc_get_type ());
  gst_element_register (NULL, "cartvdec", 0, cart_vdec_get_type ());
  gst_element_register (NULL, "cartaenc", 0, cart_aenc_get_type ());
  gst_element_register (NULL, "cartadec", 0, cart_adec_get_type ());
}

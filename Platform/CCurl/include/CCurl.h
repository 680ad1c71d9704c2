#pragma once
#include <curl/curl.h>

// Swift cannot call curl_easy_setopt, which is variadic: here is one function for each kind of argument that Mail passes.
// The caller picks an option whose argument is of that kind; libcurl copies strings, but neither lists nor contexts.

CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_list(CURL *handle, CURLoption option, const struct curl_slist *value);
CURLcode ccurl_set_error_buffer(CURL *handle, char *buffer);

/// What libcurl uploads: called until it returns 0.
CURLcode ccurl_set_reader(CURL *handle, curl_read_callback callback, void *context);
/// What the server says outside of a body: called once for each line.
CURLcode ccurl_set_header_listener(CURL *handle, curl_write_callback callback, void *context);
/// Called about once a second; anything but 0 abandons the transfer.
CURLcode ccurl_set_progress_listener(CURL *handle, curl_xferinfo_callback callback, void *context);

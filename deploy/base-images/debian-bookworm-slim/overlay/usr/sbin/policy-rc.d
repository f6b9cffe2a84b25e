#!/bin/sh
# Installing a package in a build must not start its service.
exit 101

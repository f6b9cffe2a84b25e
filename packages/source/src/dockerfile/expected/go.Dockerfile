# This is Go (go.mod), the program in its root.
# go 1.26: nothing asks for another

# The build. The modules come first: they are fetched again only when go.mod or go.sum changes.
FROM golang:1.26-bookworm AS build
ENV CGO_ENABLED=0 GOFLAGS="-trimpath -tags=timetzdata"
WORKDIR /src
# Of the standard library what every server needs: compiled once and kept.
RUN go build net/http
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -ldflags='-s -w' -o /out/app .

# What runs: the program, whom it trusts, and the files of the source that it may read, such as templates.
FROM debian:bookworm-slim
ENV PORT=8080
RUN useradd --system --create-home app && mkdir /app && chown app:app /app
WORKDIR /app
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/app /usr/local/bin/app
COPY --chown=app:app . .
USER app
EXPOSE 8080
CMD ["/usr/local/bin/app"]

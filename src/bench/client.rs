//! A browser of ours: one connection that is kept, one session, and no more of HTTP/1.1 than our own server speaks.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::error::{Error, Result};

/// What came back; the body is read and dropped.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    /// As it travelled, compressed or not.
    pub bytes: usize,
}

pub struct Client {
    stream: BufReader<TcpStream>,
    /// The lines every request carries: like a browser's, compression included.
    manners: String,
}

impl Client {
    /// Connects; `cookie` is what a `Cookie` line holds, or nothing.
    pub async fn open(address: SocketAddr, cookie: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
        let manners = format!(
            "host: {address}\r\nuser-agent: custodian bench\r\naccept: text/html\r\naccept-encoding: gzip, br\r\nsec-fetch-site: same-origin\r\n{cookie}"
        );
        Ok(Self { stream: BufReader::with_capacity(16 * 1024, stream), manners })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\n{}\r\n", self.manners);
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, form: &str) -> Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            self.manners,
            form.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    /// A page that must be there.
    pub async fn page(&mut self, path: &str) -> Result<()> {
        let answer = self.get(path).await?;
        if answer.status == 200 { Ok(()) } else { Err(Error::Answer { path: path.into(), status: answer.status }) }
    }

    async fn answer(&mut self) -> Result<Answer> {
        let mut line = String::new();
        self.line(&mut line).await?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or(Error::Speech("no status"))?;
        let (mut length, mut chunked, mut location) = (0, false, None);
        loop {
            self.line(&mut line).await?;
            let Some((name, value)) = line.split_once(':') else { break };
            match (name, value.trim()) {
                ("content-length", value) => length = value.parse().map_err(|_| Error::Speech("no length"))?,
                ("transfer-encoding", "chunked") => chunked = true,
                ("location", value) => location = Some(value.to_owned()),
                _ => {}
            }
        }
        let bytes = if chunked { self.chunks(&mut line).await? } else { self.skip(length).await? };
        Ok(Answer { status, location, bytes })
    }

    async fn chunks(&mut self, line: &mut String) -> Result<usize> {
        let mut bytes = 0;
        loop {
            self.line(line).await?;
            let length = usize::from_str_radix(line, 16).map_err(|_| Error::Speech("no length of a chunk"))?;
            bytes += self.skip(length).await?;
            self.line(line).await?;
            if length == 0 {
                return Ok(bytes);
            }
        }
    }

    /// The next line, without its end.
    async fn line(&mut self, line: &mut String) -> Result<()> {
        line.clear();
        if self.stream.read_line(line).await? == 0 {
            return Err(Error::Speech("the connection ended"));
        }
        line.truncate(line.trim_end().len());
        Ok(())
    }

    async fn skip(&mut self, length: usize) -> Result<usize> {
        let mut part = (&mut self.stream).take(length as u64);
        let read = tokio::io::copy_buf(&mut part, &mut tokio::io::sink()).await?;
        if read == length as u64 { Ok(length) } else { Err(Error::Speech("the answer was cut short")) }
    }
}

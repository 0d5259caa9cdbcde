// The same as dial.c, by Rust's standard library.
use std::io::{Read, Write};
use std::net::TcpStream;

fn dial(words: &[String]) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(format!("{}:{}", words[1], words[2]))?;
    writeln!(connection, "{}", words[3])?;
    let mut answer = [0; 256];
    let length = connection.read(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    match dial(&words) {
        Ok(answer) => print!("{answer}"),
        Err(error) => println!("{error}"),
    }
}

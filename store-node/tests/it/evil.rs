//! A peer that means no good: it speaks the protocols, says what it likes, and
//! checks nothing.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, StreamExt as _};
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{FileAnswer, FileName, PROTOCOL};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol as Part;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder, gossipsub, identify, noise,
    request_response, tcp, yamux,
};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// What it answers to a question.
pub(crate) enum Lie {
    Answer(FileAnswer),
    /// These bytes, whatever they are.
    Bytes(Vec<u8>),
    /// Nothing, for as long as anybody waits.
    Silence,
}

type Lies = Arc<dyn Fn(&FileName) -> Lie + Send + Sync>;

#[derive(Clone, Default)]
struct Codec;

impl request_response::Codec for Codec {
    type Protocol = StreamProtocol;
    type Request = FileName;
    type Response = Vec<u8>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<FileName>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut bytes = Vec::new();
        io.read_to_end(&mut bytes).await?;
        FileName::from_bytes(&bytes).map_err(io::Error::other)
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut bytes = Vec::new();
        io.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        request: FileName,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&request.to_bytes()).await?;
        io.close().await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        answer: Vec<u8>,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&answer).await?;
        io.close().await
    }
}

#[derive(NetworkBehaviour)]
struct Behaviour {
    gossip: gossipsub::Behaviour,
    files: request_response::Behaviour<Codec>,
    identify: identify::Behaviour,
}

/// The running peer, ended when dropped.
pub(crate) struct Evil {
    pub(crate) peer: PeerId,
    say: mpsc::Sender<Vec<u8>>,
    connected: Arc<AtomicBool>,
    gone: Arc<AtomicBool>,
    /// Messages that went out.
    pub(crate) said: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Drop for Evil {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn swarm(key: Keypair) -> Swarm<Behaviour> {
    let config = gossipsub::ConfigBuilder::default()
        .validation_mode(gossipsub::ValidationMode::Anonymous)
        .max_transmit_size(64 * 1_024)
        // Every message is a new one.
        .message_id_fn(|message| gossipsub::MessageId::from(message.data.clone()))
        .build()
        .unwrap();
    SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(
            tcp::Config::default().nodelay(true),
            noise::Config::new,
            yamux::Config::default,
        )
        .unwrap()
        .with_behaviour(|key| Behaviour {
            gossip: gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Anonymous, config)
                .unwrap(),
            files: request_response::Behaviour::with_codec(
                Codec,
                [(
                    StreamProtocol::new(PROTOCOL),
                    request_response::ProtocolSupport::Full,
                )],
                request_response::Config::default(),
            ),
            identify: identify::Behaviour::new(identify::Config::new(
                "/harbour/1".to_owned(),
                key.public(),
            )),
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(600)))
        .build()
}

impl Evil {
    /// Connects to a node and takes part in a store.
    pub(crate) fn start(
        to: Multiaddr,
        store: StoreId,
        lies: impl Fn(&FileName) -> Lie + Send + Sync + 'static,
    ) -> Self {
        Self::with_key(Keypair::generate_ed25519(), to, store, lies)
    }

    pub(crate) fn with_key(
        key: Keypair,
        to: Multiaddr,
        store: StoreId,
        lies: impl Fn(&FileName) -> Lie + Send + Sync + 'static,
    ) -> Self {
        let lies: Lies = Arc::new(lies);
        let peer = key.public().to_peer_id();
        let (say, mut words) = mpsc::channel::<Vec<u8>>(64);
        let connected = Arc::new(AtomicBool::new(false));
        let gone = Arc::new(AtomicBool::new(false));
        let said = Arc::new(AtomicU64::new(0));
        let (there, count) = (Arc::clone(&connected), Arc::clone(&said));
        let away = Arc::clone(&gone);
        let mut swarm = swarm(key);
        let topic = gossipsub::IdentTopic::new(format!("/harbour/store/{store}/1"));
        swarm.behaviour_mut().gossip.subscribe(&topic).unwrap();
        swarm.dial(to).unwrap();
        let task = tokio::spawn(async move {
            let mut held = Vec::new();
            loop {
                tokio::select! {
                    Some(word) = words.recv() => {
                        if swarm.behaviour_mut().gossip.publish(topic.clone(), word).is_ok() {
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    event = swarm.select_next_some() => match event {
                        // From now on it can say something.
                        SwarmEvent::Behaviour(BehaviourEvent::Gossip(
                            gossipsub::Event::Subscribed { .. },
                        )) => there.store(true, Ordering::Relaxed),
                        SwarmEvent::ConnectionClosed { num_established: 0, .. }
                        | SwarmEvent::OutgoingConnectionError { .. } => {
                            there.store(false, Ordering::Relaxed);
                            away.store(true, Ordering::Relaxed);
                        }
                        SwarmEvent::Behaviour(BehaviourEvent::Files(
                            request_response::Event::Message {
                                message: request_response::Message::Request { request, channel, .. },
                                ..
                            },
                        )) => {
                            let answer = match lies(&request) {
                                Lie::Answer(answer) => answer.to_bytes(),
                                Lie::Bytes(bytes) => bytes,
                                Lie::Silence => {
                                    held.push(channel);
                                    continue;
                                }
                            };
                            // The node may have hung up.
                            let _ = swarm.behaviour_mut().files.send_response(channel, answer);
                        }
                        _ => {}
                    }
                }
            }
        });
        Self {
            peer,
            say,
            connected,
            gone,
            said,
            task,
        }
    }

    pub(crate) fn connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    /// Whether it was connected, or tried to be, and is no longer.
    pub(crate) fn gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Announces something.
    pub(crate) async fn say(&self, bytes: Vec<u8>) {
        // Ended with the test.
        let _ = self.say.send(bytes).await;
    }
}

pub(crate) fn nothing(_: &FileName) -> Lie {
    Lie::Answer(FileAnswer::Missing)
}

/// Takes connections on one address of loopback and makes them again from
/// another one, a new one each time: a crowd that is spread over the world.
pub(crate) struct Crowd {
    /// Where to connect to.
    pub(crate) to: Multiaddr,
    task: JoinHandle<()>,
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Crowd {
    /// In front of a node that listens on a port of loopback.
    pub(crate) async fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let to = listener.local_addr().unwrap();
        let to = Multiaddr::from(to.ip()).with(Part::Tcp(to.port()));
        let task = tokio::spawn(async move {
            let first = Ipv4Addr::new(127, 1, 0, 1).to_bits();
            // Ended with the crowd, each with its connection.
            let mut links = JoinSet::new();
            for nth in 0.. {
                let (mut near, _) = listener.accept().await.unwrap();
                while links.try_join_next().is_some() {}
                links.spawn(async move {
                    let from = Ipv4Addr::from_bits(first + nth % 0x00f0_0000);
                    let socket = TcpSocket::new_v4().unwrap();
                    socket.bind((from, 0).into()).unwrap();
                    let node = (Ipv4Addr::LOCALHOST, port).into();
                    if let Ok(mut far) = socket.connect(node).await {
                        // Cut off by the node, as it should be.
                        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        });
        Self { to, task }
    }
}

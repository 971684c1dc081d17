//! Answers of the current view that were given lately.

use super::reply::Reply;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

/// Bytes of all bodies that are kept.
const BYTES_MAX: usize = 48 << 20;
/// A larger answer is not kept.
const BODY_MAX: usize = 2 << 20;

/// Replies by the address and variant that they answer; the oldest leaves first.
#[derive(Default)]
pub(super) struct Cache(Mutex<Replies>);

#[derive(Default)]
struct Replies {
    replies: HashMap<String, Arc<Reply>>,
    order: VecDeque<String>,
    n_bytes: usize,
}

impl Cache {
    pub(super) fn get(&self, key: &str) -> Option<Arc<Reply>> {
        self.kept().replies.get(key).cloned()
    }

    pub(super) fn put(&self, key: String, reply: Arc<Reply>) {
        let size = reply.body.len() + key.len();
        let mut kept = self.kept();
        if size > BODY_MAX || kept.replies.contains_key(&key) {
            return;
        }
        kept.n_bytes += size;
        kept.order.push_back(key.clone());
        kept.replies.insert(key, reply);
        while kept.n_bytes > BYTES_MAX {
            let Some(oldest) = kept.order.pop_front() else { return };
            if let Some(reply) = kept.replies.remove(&oldest) {
                kept.n_bytes -= reply.body.len() + oldest.len();
            }
        }
    }

    pub(super) fn clear(&self) {
        *self.kept() = Replies::default();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Replies> {
        self.0.lock().expect("no thread panics while it holds the cache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_answers_leave_when_there_is_no_room() {
        let cache = Cache::default();
        for number in 0..40 {
            cache.put(number.to_string(), Arc::new(Reply::new("text/plain", vec![0; BODY_MAX - 2])));
        }
        assert!(cache.get("0").is_none() && cache.get("39").is_some());
        cache.clear();
        assert!(cache.get("39").is_none());
    }
}

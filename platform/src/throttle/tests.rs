use super::*;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn place(number: u8) -> IpAddr {
    [203, 0, 113, number].into()
}

fn wrong(throttle: &Arc<Throttle>, email: &str, from: IpAddr) -> bool {
    throttle.log_in(email, from, NOW).map(|attempt| attempt.settle(false)).is_ok()
}

#[test]
fn ten_wrong_passwords_make_a_person_wait_for_the_next_one_only() {
    let throttle = Arc::new(Throttle::default());
    assert!((0..10).all(|_| wrong(&throttle, "kim", place(1))));
    let refused = throttle.log_in("kim", place(1), NOW + Duration::seconds(30)).unwrap_err();
    assert_eq!((refused.retry_after, refused.params["minutes"].as_str()), (Some(60), "1"));
    let later = NOW + Duration::seconds(90);
    throttle.log_in("kim", place(1), later).unwrap().settle(false);
    assert!(throttle.log_in("kim", place(1), later).is_err());
}

#[test]
fn ten_typos_of_ten_people_behind_one_address_shut_nobody_out() {
    let throttle = Arc::new(Throttle::default());
    assert!((0..10).all(|person| wrong(&throttle, &format!("person {person}"), place(1))));
    assert!((0..10).all(|person| wrong(&throttle, &format!("person {person}"), place(1))));
}

#[test]
fn wrong_passwords_from_elsewhere_never_shut_the_owner_out() {
    let throttle = Arc::new(Throttle::default());
    for elsewhere in 2..=200 {
        while wrong(&throttle, "leader", place(elsewhere)) {}
    }
    let owner = throttle.log_in("leader", place(1), NOW).unwrap();
    assert!(owner.is_slowed());
    owner.settle(true);
    assert!(wrong(&throttle, "leader", place(1)) && wrong(&throttle, "leader", place(1)), "two tries at a time");
    assert!(!wrong(&throttle, "leader", place(1)));
}

#[test]
fn guessing_at_one_address_from_many_places_gets_two_tries_a_place() {
    let throttle = Arc::new(Throttle::default());
    let tries = |from| (0..10).filter(|_| wrong(&throttle, "leader", place(from))).count();
    assert_eq!((1..=6).map(tries).collect::<Vec<_>>(), [10, 10, 10, 10, 10, 2]);
}

#[test]
fn guessing_at_many_addresses_from_one_place_gets_two_tries_an_address() {
    let throttle = Arc::new(Throttle::default());
    let tries = |email: u32| (0..10).filter(|_| wrong(&throttle, &email.to_string(), place(1))).count();
    assert_eq!((0..12).map(tries).sum::<usize>(), 10 * 10 + 2 * 2);
    assert_eq!(throttle.log_in("someone else", place(1), NOW).map(|attempt| attempt.is_slowed()), Ok(true));
}

#[test]
fn a_try_that_was_not_made_and_a_right_password_cost_nothing() {
    let throttle = Arc::new(Throttle::default());
    for _ in 0..500 {
        drop(throttle.log_in("kim", place(1), NOW).unwrap());
        throttle.log_in("lee", place(1), NOW).unwrap().settle(true);
    }
    let attempt = throttle.log_in("kim", place(1), NOW).unwrap();
    assert!(!attempt.is_slowed());
    drop(attempt);
    let kept = [&throttle.persons, &throttle.emails, &throttle.networks].map(|tries| tries.lock().len());
    assert_eq!(kept, [0, 0, 0], "nothing is remembered of them");
}

#[test]
fn all_addresses_of_an_ipv6_network_are_one_place_and_a_mapped_one_is_its_ipv4_address() {
    let throttle = Arc::new(Throttle::default());
    let neighbour = |subnet: u16| IpAddr::from([0x2001, 0xdb8, 1, 0x200 + subnet, 0, 0, 0, 1]);
    assert_eq!((0..100).filter(|subnet| wrong(&throttle, "kim", neighbour(*subnet))).count(), 10);
    assert!(wrong(&throttle, "kim", neighbour(0x100)));
    assert!((0..10).all(|_| wrong(&throttle, "lee", "::ffff:203.0.113.1".parse().unwrap())));
    assert!(!wrong(&throttle, "lee", place(1)));
}

#[test]
fn invented_keys_are_bounded_and_do_not_make_a_guesser_forgotten() {
    let tries = Tries::new(PERSON);
    assert!((0..10).all(|_| tries.take("guesser", 1, NOW).is_ok()));
    for key in 0..3 * KEYS {
        tries.take(key, 1, NOW).unwrap();
    }
    assert!(tries.lock().len() <= KEYS);
    assert!(tries.take("guesser", 1, NOW).is_err());
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
    let tries = Tries::new(PERSON);
    assert!((0..10).all(|_| tries.take("kim", 1, NOW + Duration::days(1)).is_ok()));
    assert_eq!(tries.take("kim", 1, NOW), Err(Duration::seconds(90)));
}

#[test]
fn a_lecture_hall_signs_up_and_then_an_account_every_three_seconds() {
    let throttle = Throttle::default();
    assert!((0..200).all(|_| throttle.sign_up(place(1), NOW).is_ok()));
    assert_eq!(throttle.sign_up(place(1), NOW).unwrap_err().retry_after, Some(3));
    assert!(throttle.sign_up(place(2), NOW).is_ok());
}
